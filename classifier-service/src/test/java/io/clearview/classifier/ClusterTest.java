package io.clearview.classifier;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.clearview.classifier.ServiceInstance.Reply;
import io.clearview.classifier.identity.TestGateway;
import io.clearview.classifier.identity.Tier;
import io.clearview.kit.testing.TestCluster;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/** Two instances whose two Redis roles are one Redis Cluster of three masters. */
class ClusterTest {

	private static final TestCluster cluster = new TestCluster();

	@RegisterExtension
	static final Fleet fleet = Fleet.onCluster(2, cluster);

	private static final TestGateway gateway = fleet.gateway();

	private static final ModelStub model = fleet.model();

	private static int users;

	private String user;

	private String assertion;

	@BeforeEach
	void begin() {
		newUser();
	}

	@Test
	void verdictsOfOneRequestAreFoundOnAllMasters() {
		String body = Bodies.posts("spread spam", 50);
		assertThat(fleet.one().classify(this.assertion, body).stat("classified")).isEqualTo(50);
		eventually("every master has verdicts",
				() -> cluster.ask("KEYS verdict:*").stream().noneMatch((keys) -> keys.startsWith("*0")));
		eventually("the other instance has all of them", () -> {
			newUser();
			return fleet.two().classify(this.assertion, body).stat("cached") == 50;
		});
		assertThat(model.batches().stream().flatMap(List::stream)).as("posts bought").hasSize(50);
	}

	@Test
	void leasesKeepTwoInstancesFromBuyingTheSame() {
		model.answering((posts) -> ModelStub.byContent(posts).withFixedDelay(500));
		String body = Bodies.posts("leased spam", 10);
		List<CompletableFuture<Reply>> replies = IntStream.range(0, 20).mapToObj((i) -> {
			newUser();
			return ((i % 2 == 0) ? fleet.one() : fleet.two()).classifyAsync(this.assertion, body);
		}).toList();
		replies.forEach((reply) -> assertThat(reply.join().label(9)).isEqualTo("BLOCK"));
		assertThat(model.batches().stream().flatMap(List::stream)).as("posts bought").hasSize(10);
		eventually("no lease is left",
				() -> cluster.ask("KEYS lease:*").stream().allMatch((keys) -> keys.startsWith("*0")));
	}

	@Test
	void quotasAreExactAcrossInstances() {
		List<CompletableFuture<Reply>> replies = IntStream.range(0, 40)
			.mapToObj((i) -> ((i % 2 == 0) ? fleet.one() : fleet.two()).classifyAsync(this.assertion,
					Bodies.posts("quota", 2)))
			.toList();
		long judged = replies.stream().mapToLong((reply) -> reply.join().count((post) -> post.has("model"))).sum();
		assertThat(judged).isEqualTo(50);
		assertThat(fleet.two().used(this.assertion)).isEqualTo(50);
		assertThat(fleet.one().classify(this.assertion, Bodies.posts("quota", 1)).error())
			.isEqualTo("BURST_LIMIT_EXCEEDED");
	}

	@Test
	void whatWasNotJudgedIsGivenBackAndAQuotaCanBeReset() {
		model.answering((_) -> ModelStub.says("I would rather not."));
		fleet.one().classify(this.assertion, Bodies.posts("unjudged " + this.user, 5));
		assertThat(fleet.one().used(this.assertion)).isZero();
		model.reset();
		fleet.one().classify(this.assertion, Bodies.posts("unjudged " + this.user, 5), "Idempotency-Key", "k");
		fleet.two().classify(this.assertion, Bodies.posts("unjudged " + this.user, 5), "Idempotency-Key", "k");
		assertThat(fleet.one().used(this.assertion)).as("charged once").isEqualTo(5);
		assertThat(fleet.one().delete("/admin/quota/" + this.user + "?tier=free", gateway.operator()).status())
			.isEqualTo(200);
		assertThat(fleet.two().used(this.assertion)).isZero();
	}

	@Test
	void theModelsBudgetIsTheFleets() {
		int before = spend();
		fleet.one().classify(this.assertion, Bodies.posts("budget " + this.user, 5));
		eventually("settled", () -> spend() > before);
	}

	private int spend() {
		return cluster.ask("HGET budget:{test-model}:spend nanos")
			.stream()
			.filter((answer) -> answer.startsWith("$") && !answer.startsWith("$-1"))
			.mapToInt((answer) -> Integer.parseInt(answer.split("\r\n")[1]))
			.sum();
	}

	private void newUser() {
		this.user = "%064x".formatted(++users);
		this.assertion = gateway.user(this.user, Tier.FREE);
	}

}
