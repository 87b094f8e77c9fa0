package dev.howdah.engine;

import dev.howdah.broker.GroupLoad;
import dev.howdah.broker.Topics;
import dev.howdah.engine.flow.Dispatch;
import dev.howdah.engine.record.Event;
import dev.howdah.engine.transport.Partitions;
import dev.howdah.fault.FaultException;
import dev.howdah.plan.Plans;
import dev.howdah.store.Executions;
import dev.howdah.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets executions go on that were open when this or another node stopped. */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
  private static final int PAGE = 500;
  private static final Duration TELLS_WITHIN = Duration.ofSeconds(1);

  private final Store store;
  private final String node;
  private final Plans plans;
  private final Admin admin;
  private final Groups groups;
  private final Dispatcher dispatcher;
  private final Predicate<String> mine;
  private final Consumer<Event> recorder;

  /**
   * @param node the name of this node
   * @param mine whether this node is the one to work on an execution
   */
  Recovery(
      Store store,
      String node,
      Plans plans,
      Admin admin,
      Groups groups,
      Dispatcher dispatcher,
      Predicate<String> mine,
      Consumer<Event> recorder) {
    this.store = store;
    this.node = node;
    this.plans = plans;
    this.admin = admin;
    this.groups = groups;
    this.dispatcher = dispatcher;
    this.mine = mine;
    this.recorder = recorder;
  }

  /**
   * Lets this node's open executions go on. May block.
   *
   * @param sameLog whether Kafka still holds what was sent before; when it does not, everything
   *     open is sent again at once
   */
  void begin(boolean sameLog) {
    if (store.shared() && sameLog && !isAlone()) {
      // What is open may be under way at another node: it is adopted, and the sweeper looks at it.
      return;
    }
    String after = "";
    int found = 0;
    while (true) {
      List<Executions.Open> page = store.executions().openIdsAfter(after, PAGE);
      for (Executions.Open open : page) {
        if (mine.test(open.id())) {
          found++;
          openGroups(open.plan());
          recorder.accept(
              new Events.Recover(open.id(), dispatch -> sendRecovered(dispatch, sameLog)));
        }
      }
      if (page.size() < PAGE) {
        break;
      }
      after = page.get(page.size() - 1).id();
    }
    if (found > 0) {
      LOG.info("{} executions were open and go on.", found);
    }
  }

  /** Whether no other engine node is a member of the group; a killed one is for some seconds. */
  private boolean isAlone() {
    try {
      return GroupLoad.of(admin, Engine.GROUP, Topics.WORK, TELLS_WITHIN).clientIds().stream()
          .allMatch(node::equals);
    } catch (FaultException e) {
      return false;
    }
  }

  /** Groups are joined here rather than on the recorder's thread, which must not wait. */
  void openGroups(String plan) {
    try {
      plans.find(plan).ifPresent(found -> found.groups().forEach(groups::of));
    } catch (RuntimeException e) {
      LOG.warn("Design {} does not compile any more; its open executions fail.", plan);
    }
  }

  /** What another process may be working on is left to the sweeper, which asks how far it is. */
  private void sendRecovered(Dispatch dispatch, boolean sameLog) {
    Groups.Group group = groups.of(dispatch.group());
    int partition = Partitions.of(dispatch.execution(), group.partitions());
    boolean here = dispatch.placement().isEmpty() && group.isOwned(partition);
    if (!sameLog || here) {
      dispatcher.sendAgain(dispatch);
    }
  }
}
