package dev.howdah.worker;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPolicyTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.0.0",
        "169.254.169.254",
        "169.254.255.255",
        "100.100.100.200",
        "fe80::1",
        "febf:ffff::1",
        "fd00:ec2::254",
        "fd20:ce::254",
        "::ffff:169.254.169.254",
        "::169.254.169.254",
        "64:ff9b::169.254.169.254",
        "2002:a9fe:a9fe::1",
      })
  void neitherPolicyAllowsLinkLocalOrMetadata(String literal) throws UnknownHostException {
    assertFalse(AddressPolicy.services().allows(address(literal)));
    assertFalse(AddressPolicy.publicOnly().allows(address(literal)));
    assertTrue(AddressPolicy.any().allows(address(literal)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "::",
        "fc00::1",
        "fd00:ec2::255",
        "ff02::1",
        "64:ff9b::10.0.0.1",
        "2002:7f00:1::",
      })
  void servicesMayBePrivateAndPublicOnesNot(String literal) throws UnknownHostException {
    assertTrue(AddressPolicy.services().allows(address(literal)));
    assertFalse(AddressPolicy.publicOnly().allows(address(literal)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.253.255.255",
        "169.255.0.0",
        "172.15.0.1",
        "172.32.0.1",
        "8.8.8.8",
        "192.167.0.1",
        "100.128.0.1",
        "2606:4700::1111",
        "64:ff9b::8.8.8.8",
        "2002:808:808::1",
      })
  void bothPoliciesAllowThePublic(String literal) throws UnknownHostException {
    assertTrue(AddressPolicy.services().allows(address(literal)));
    assertTrue(AddressPolicy.publicOnly().allows(address(literal)));
  }

  private static InetAddress address(String literal) throws UnknownHostException {
    return InetAddress.getAllByName(literal)[0];
  }
}
