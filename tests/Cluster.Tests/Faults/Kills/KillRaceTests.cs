using System.Text.Json.Nodes;
using ControlPlane.Cluster.Tests.Faults.Links;

namespace ControlPlane.Cluster.Tests.Faults.Kills;

/// <summary>A kill at one front end against something at the other one, while the store is slow, a silo hangs or a front end is frozen.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class KillRaceTests(SharedKillScene scenes) : IClassFixture<SharedKillScene>
{
    private static readonly Rival[] s_rivals = Enum.GetValues<Rival>();
    private static readonly Trouble[] s_troubles = Enum.GetValues<Trouble>();

    private enum Rival
    {
        Start,
        Release,
        Arm,
        SecondKill,
    }

    private enum Trouble
    {
        SlowStore,
        HungSilo,
        FrozenFrontEnd,
    }

    [Fact]
    public Task Kill_AgainstAnyRivalInAnyTrouble_IsEngagedOnceItIsAnswered() => RaceAsync(rounds: 3);

    [Fact(Explicit = true)]
    [Trait("Category", "Long")]
    public Task Kill_FiftyRoundsAgainstEachRival() => RaceAsync(rounds: 50);

    [Fact]
    public Task Kill_StoreHangs_NothingIsGrantedAfterItsAnswer() => StormAsync(rounds: 3);

    [Fact(Explicit = true)]
    [Trait("Category", "Long")]
    public Task Kill_TwentyFiveStorms_NothingIsGrantedAfterItsAnswer() => StormAsync(rounds: 25);

    private async Task RaceAsync(int rounds)
    {
        var scene = await scenes.TakeAsync();
        var (broken, kept, before, slowest) = (new List<string>(), 0, 0, TimeSpan.Zero);
        for (var round = 0; round < rounds * s_rivals.Length; round++)
        {
            var (rival, trouble) = (s_rivals[round % s_rivals.Length], s_troubles[round / s_rivals.Length % s_troubles.Length]);
            if (rival == Rival.Release)
            {
                await scene.KillAsync(scene.Fronts[0]);
                await scene.UntilEngagedAsync(null);
            }

            var suffering = TroubleAsync(scene, trouble, round);
            await ClusterFixture.Pass(TimeSpan.FromMilliseconds(Random.Shared.Next(60)));
            var rivalling = RivalAsync(scene, rival);
            await ClusterFixture.Pass(TimeSpan.FromMilliseconds(Random.Shared.Next(60)));
            var killed = await scene.KillAsync(scene.Fronts[0]);
            var answeredAt = killed.AnsweredAt;
            slowest = killed.Took > slowest ? killed.Took : slowest;
            if (killed.Status != 200)
            {
                // Nobody took it in time; it is kept, and engaged as soon as somebody does.
                kept++;
                await suffering;
                foreach (var silo in scene.Silos.Where(s => !s.Runs)) await silo.StartAsync();
                await scene.UntilEngagedAsync(null);
                answeredAt = scene.Cluster.Recorder.Now;
            }

            await suffering;
            var (rivalStatus, rivalAt) = await rivalling;

            // A release that ends after the kill's answer may have come after it; one before it may not have undone it.
            if (rival == Rival.Release && rivalStatus == 200 && rivalAt >= answeredAt) before++;
            else
            {
                await ClusterFixture.Pass(TimeSpan.FromSeconds(1));
                var releasedAt = scene.Cluster.Recorder.Now;
                broken.AddRange(scene.Broken(null, answeredAt, releasedAt).Select(b => $"Round {round}, {rival}, {trouble}, {killed.Answer.ToJsonString()}: {b}"));
                scene.Cluster.Closed($"round {round}: a kill was answered", answeredAt, releasedAt);
                Assert.Empty(broken);
            }

            await scene.ReleaseAsync(scene.Fronts[1]);
            await scene.UntilEverythingIsAllowedAsync();
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{rounds} rounds against each of {string.Join(", ", s_rivals)}: {broken.Count} broken; {kept} kills kept and engaged later, {before} released by the rival after their answer; slowest answer {slowest.TotalSeconds:0.00} s; "
            + $"{scene.Bots.Sum(b => b.Seen.Count)} grants and {scene.Bots.Sum(b => b.Switches.Count)} looks at the switch.");
        await scene.Cluster.AssertPromisesAsync(scene.Fronts[0]);
        scenes.PutBack();
    }

    private async Task StormAsync(int rounds)
    {
        var scene = await scenes.TakeAsync();
        var (broken, slowest) = (new List<string>(), TimeSpan.Zero);
        for (var round = 0; round < rounds; round++)
        {
            var bot = round % 3 == 2 ? scene.Bots[round % 2].Bot : null;
            var suffering = TroubleAsync(scene, Trouble.SlowStore, round);
            await ClusterFixture.Pass(TimeSpan.FromMilliseconds(Random.Shared.Next(200)));
            var killed = await scene.KillAsync(scene.Fronts[round % 2], bot);
            slowest = killed.Took > slowest ? killed.Took : slowest;
            Assert.Equal(200, killed.Status);
            await suffering;
            await ClusterFixture.Pass(TimeSpan.FromSeconds(1));
            var releasedAt = scene.Cluster.Recorder.Now;
            broken.AddRange(scene.Broken(bot, killed.AnsweredAt, releasedAt).Select(b => $"Round {round}, {bot ?? "system"}: {b}"));
            if (bot is null) scene.Cluster.Closed($"round {round}: a kill was answered", killed.AnsweredAt, releasedAt);
            Assert.Empty(broken);
            await scene.ReleaseAsync(scene.Fronts[(round + 1) % 2], bot);
            await scene.UntilEverythingIsAllowedAsync();
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{rounds} storms: {broken.Count} grants after an answer, of {scene.Bots.Sum(b => b.Seen.Count)} in all; slowest answer {slowest.TotalSeconds:0.00} s.");
        await scene.Cluster.AssertPromisesAsync(scene.Fronts[0]);
        scenes.PutBack();
    }

    private static async Task<(int Status, TimeSpan At)> RivalAsync(KillScene scene, Rival rival)
    {
        var front = scene.Fronts[1];
        JsonNode? answer = rival switch
        {
            Rival.Release => await front.SendAsync(HttpMethod.Post, "/api/system/release", new { reason = "drill" }),
            Rival.Arm => await front.SendAsync(HttpMethod.Post, "/api/system/live/arm", new { minutes = 5, reason = "drill" }),
            Rival.SecondKill => (await scene.KillAsync(front, slack: TimeSpan.FromSeconds(2))).Answer,

            // The bots start, and do all else, at any moment.
            _ => null,
        };
        return (answer?["http_status"]!.GetValue<int>() ?? 0, scene.Cluster.Recorder.Now);
    }

    private static async Task TroubleAsync(KillScene scene, Trouble trouble, int round)
    {
        var (silo, links) = scene.Gate();
        switch (trouble)
        {
            case Trouble.SlowStore:
                foreach (var link in scene.Links) link.Database.Cut(Ways.Both);
                await ClusterFixture.Pass(TimeSpan.FromMilliseconds(400));
                foreach (var link in scene.Links) link.Database.Heal();
                break;
            case Trouble.HungSilo:
                var hung = round % 2 == 0 ? silo : scene.Silos.First(s => s != silo);
                hung.Freeze();
                await ClusterFixture.Pass(TimeSpan.FromMilliseconds(1_200));
                hung.Thaw();
                break;
            case Trouble.FrozenFrontEnd:
                scene.Fronts[1].Freeze();
                await ClusterFixture.Pass(TimeSpan.FromMilliseconds(1_500));
                scene.Fronts[1].Thaw();
                break;
            default: throw new ArgumentOutOfRangeException(nameof(trouble), trouble, links.ToString());
        }
    }
}
