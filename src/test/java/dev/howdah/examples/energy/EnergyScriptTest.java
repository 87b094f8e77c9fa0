package dev.howdah.examples.energy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script of the example, run in a copy of what it needs that is built already: the jar there
 * refers to the classes under test, and Maven has nothing to do.
 */
class EnergyScriptTest {
  private static final List<String> COPIED =
      List.of(
          "howdah",
          "examples/energy/run",
          "designs/energy-files.yaml",
          "designs/energy-pipeline.yaml",
          "designs/modules/container_executor.proto",
          "src/test/resources/energy/energy_data.csv",
          "src/test/resources/energy/output1.json",
          "src/test/resources/energy/output2.json",
          "src/test/resources/energy/energy_report.csv");

  @TempDir Path home;

  private void copy() throws Exception {
    for (String file : COPIED) {
      Path copy = home.resolve(file);
      Files.createDirectories(copy.getParent());
      Files.copy(Path.of(file), copy);
    }
    Path maven = Files.createDirectories(home.resolve("bin")).resolve("mvn");
    Files.writeString(maven, "#!/bin/sh\n");
    Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(Attributes.Name.MAIN_CLASS, "dev.howdah.Main");
    attributes.put(
        Attributes.Name.CLASS_PATH,
        Arrays.stream(System.getProperty("java.class.path").split(":"))
            .map(entry -> Path.of(entry).toUri().toString())
            .collect(Collectors.joining(" ")));
    Path jar = Files.createDirectories(home.resolve("target")).resolve("howdah.jar");
    try (OutputStream out = Files.newOutputStream(jar)) {
      new JarOutputStream(out, manifest).close();
    }
  }

  @Test
  void bothWaysGiveTheFilesToTheByte() throws Exception {
    copy();
    ProcessBuilder script = new ProcessBuilder("examples/energy/run").directory(home.toFile());
    script.environment().keySet().removeIf(name -> name.startsWith("HOWDAH_"));
    script.environment().put("JAVA_HOME", System.getProperty("java.home"));
    script
        .environment()
        .merge("PATH", home.resolve("bin").toString(), (path, bin) -> bin + ":" + path);
    Path told = home.resolve("stderr");
    Process process = script.redirectError(told.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), out + Files.readString(told));
    assertEquals(
        List.of("programs", "services"),
        out.lines()
            .filter(line -> line.startsWith("as expected, byte for byte: "))
            .map(line -> line.contains("/services/") ? "services" : "programs")
            .toList(),
        out);
  }
}
