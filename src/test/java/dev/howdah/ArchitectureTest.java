package dev.howdah;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.howdah.block.spi.BlockKind;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which part may know which, and what no part may do. */
class ArchitectureTest {
  private static final String CLI = "dev.howdah.cli..";
  private static final String API = "dev.howdah.api..";

  private static final Set<String> CLOCKS =
      Set.of(Clock.class.getName(), "java.time.InstantSource");

  private static final DescribedPredicate<JavaAccess<?>> READS_THE_TIME =
      DescribedPredicate.describe("read the time of day", ArchitectureTest::readsTheTime);

  private static JavaClasses howdah;

  @BeforeAll
  static void importClasses() {
    howdah =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.howdah");
    assertFalse(howdah.isEmpty());
  }

  @Test
  void partsAreFreeOfCycles() {
    slices().matching("dev.howdah.(*)..").should().beFreeOfCycles().check(howdah);
  }

  @Test
  void nothingDependsOnTheCommandLine() {
    noClasses()
        .that(DescribedPredicate.not(resideInAnyPackage(CLI)))
        .and()
        .doNotHaveFullyQualifiedName(Main.class.getName())
        .should()
        .dependOnClassesThat()
        .resideInAPackage(CLI)
        .check(howdah);
    noClasses()
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe("are Main", c -> c.isEquivalentTo(Main.class)))
        .check(without(Main.class));
  }

  @Test
  void onlyTheCommandLineDependsOnTheApi() {
    noClasses()
        .that(DescribedPredicate.not(resideInAnyPackage(CLI, API)))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(API)
        .check(howdah);
  }

  @Test
  void designsAreUnderstoodWithoutCamelKafkaOrDatabases() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.howdah.design..", "dev.howdah.graph..", "dev.howdah.expression..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.camel..",
            "org.apache.kafka..",
            "java.sql..",
            "javax.sql..",
            "org.jdbi..",
            "com.zaxxer..",
            "io.vertx..")
        .check(howdah);
  }

  @Test
  void kindsOfWorkDoNotKnowEachOther() {
    slices().matching("dev.howdah.worker.(*)..").should().notDependOnEachOther().check(howdah);
  }

  @Test
  void blockKindsAreFinalAndStateless() {
    DescribedPredicate<JavaClass> kinds =
        DescribedPredicate.describe(
            "are kinds of blocks", c -> !c.isInterface() && c.isAssignableTo(BlockKind.class));
    classes().that(kinds).should().haveModifier(JavaModifier.FINAL).check(howdah);
    fields()
        .that()
        .areDeclaredInClassesThat(kinds)
        .should()
        .beStatic()
        .andShould()
        .beFinal()
        .allowEmptyShould(true)
        .check(howdah);
    assertEquals(
        dev.howdah.block.spi.Kinds.installed().all().size(),
        (int) howdah.stream().filter(kinds).count(),
        "the kinds were found");
  }

  @Test
  void timeComesFromAClock() {
    onlyClocksReadTheTime().check(howdah);
  }

  @Test
  void everyWayToReadTheTimeIsFound() {
    JavaClasses offenders = new ClassFileImporter().importClasses(ReadsTheTime.class);
    List<String> found =
        onlyClocksReadTheTime().evaluate(offenders).getFailureReport().getDetails();
    assertEquals(6, found.size(), String.join("\n", found));
  }

  @Test
  void namesSayWhatAClassIs() {
    noClasses().should().haveNameMatching(".*(Manager|Helper|Utils?|Impl)").check(howdah);
  }

  @Test
  void partsAreHandedOverInConstructors() {
    NO_CLASSES_SHOULD_USE_FIELD_INJECTION.check(howdah);
    NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(howdah);
  }

  private static ArchRule onlyClocksReadTheTime() {
    return noClasses()
        .that()
        .areNotAssignableTo(Clock.class)
        .should()
        .accessTargetWhere(READS_THE_TIME)
        .because("tests tick a clock that is handed over");
  }

  private static boolean readsTheTime(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    String name = access.getTarget().getName();
    if (owner.equals(System.class.getName())) {
      return name.equals("currentTimeMillis");
    }
    if (owner.equals(Date.class.getName()) && name.equals("<init>")) {
      return access.getTarget().getFullName().endsWith("<init>()");
    }
    if (owner.equals("java.util.Calendar")) {
      return name.equals("getInstance");
    }
    return owner.startsWith("java.time.")
        && name.equals("now")
        && CLOCKS.stream().noneMatch(access.getTarget().getFullName()::contains);
  }

  private static JavaClasses without(Class<?> one) {
    return howdah.that(DescribedPredicate.describe("are not " + one, c -> !c.isEquivalentTo(one)));
  }

  /** What the rule about time must find, and one thing that it must not. */
  @SuppressWarnings({"unused", "JavaUtilDate", "JavaTimeDefaultTimeZone"})
  private static final class ReadsTheTime {
    private final Instant instant = Instant.now();
    private final LocalDateTime local = LocalDateTime.now();
    private final Supplier<OffsetDateTime> reference = OffsetDateTime::now;
    private final long millis = System.currentTimeMillis();
    private final Date date = new Date();
    private final Supplier<Date> later = Date::new;
    private final Date past = new Date(0);

    Instant from(Clock clock) {
      return Instant.now(clock);
    }
  }
}
