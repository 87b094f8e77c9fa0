package dev.howdah.block.contract;

/** The design {@code inner-MODE} that others run: it adds, fails or is held, as its input says. */
final class Inner {
  static final String DESIGN =
      """
      - id: which
        type: router
        data:
          routes:
            - {when: "${ .do == \\"hold\\" }", to: [hold]}
            - {when: "${ .do == \\"add\\" }", to: [add]}
          otherwise: [fail]
      - {id: hold, type: http, timeout: 10m, data: {url: "SERVICE/held/${ .name }", body: 1}}
      - {id: add, type: transform, data: {value: "${ .n + 1 }"}}
      - {id: fail, type: transform, data: {value: "${ error(\\"no\\") }"}}
      connections: []
      """;

  private Inner() {}
}
