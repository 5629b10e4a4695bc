using ControlPlane.Cluster.Tests.Faults.Links;

namespace ControlPlane.Cluster.Tests.Faults.Kills;

/// <summary>Kills and releases while the gate's silo hangs or dies, the store stands still, or nodes can't hear each other.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class KillFaultTests(SharedKillScene scenes) : IClassFixture<SharedKillScene>
{
    [Theory]
    [InlineData(null, true)]
    [InlineData("bot-1", true)]
    [InlineData(null, false, Explicit = true)]
    [InlineData("bot-2", false)]
    public async Task SecondKill_AfterAReleaseAtAnotherNode_IsAKillOfItsOwn(string? bot, bool storeHangs)
    {
        var scene = await scenes.TakeAsync();
        var (first, second) = (scene.Fronts[0], scene.Fronts[1]);
        var third = storeHangs ? null : await scene.Cluster.FrontEndAsync("front-3");
        if (third is not null) await ClusterFixture.UntilOpenAsync(third);
        third?.Freeze();
        if (storeHangs) foreach (var links in scene.Links) links.Database.Cut(Ways.Both);
        var killing = scene.KillAsync(first, bot);
        await ClusterFixture.Pass(TimeSpan.FromMilliseconds(700));
        foreach (var links in scene.Links) links.Database.Heal();
        var one = await killing;
        Assert.Equal(200, one.Status);

        // What the first node keeps of the first kill must not stand for the second.
        await scene.ReleaseAsync(second, bot);
        var two = await scene.KillAsync(first, bot);
        Assert.Equal(200, two.Status);
        await ClusterFixture.Pass(TimeSpan.FromSeconds(4));
        third?.Thaw();
        var until = scene.Cluster.Recorder.Now;
        Assert.Empty(scene.Broken(bot, two.AnsweredAt, until));
        if (bot is null) scene.Cluster.Closed("the second kill was answered", two.AnsweredAt, until);
        await scene.UntilEngagedAsync(bot, 10);
        if (third is not null) await third.KillAsync();
        await scene.ReleaseAsync(second, bot);
        await scene.UntilEverythingIsAllowedAsync();
        await scene.Cluster.AssertPromisesAsync(second);
        scenes.PutBack();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("momentum")]
    public async Task SecondKill_AcrossAPartition_IsEngagedWhenItHeals(string? bot)
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var links = cluster.Links(out var paths);
        var silo = await cluster.AllInOneAsync("silo", paths);
        var front = await cluster.FrontEndAsync("front");
        foreach (var node in new[] { silo, front })
        {
            cluster.Recorder.Watch(node);
            await ClusterFixture.UntilOpenAsync(node);
        }

        if (bot is not null) Assert.True((await silo.SendAsync(HttpMethod.Put, $"/api/bots/{bot}", new { name = bot }))["http_status"]!.GetValue<int>() is 200 or 201);
        var one = await front.SendAsync(HttpMethod.Post, KillScene.Path(bot, "kill"), new { reason = "drill" });
        Assert.Equal(200, one["http_status"]!.GetValue<int>());
        links.Gateway.Cut(Ways.Both);
        Assert.Equal(200, (await silo.SendAsync(HttpMethod.Post, KillScene.Path(bot, "release"), new { reason = "drill" }))["http_status"]!.GetValue<int>());
        var two = await front.SendAsync(HttpMethod.Post, KillScene.Path(bot, "kill"), new { reason = "drill" });
        Assert.Equal((503, false), (two["http_status"]!.GetValue<int>(), two["engaged"]!.GetValue<bool>()));
        links.Heal();
        await ClusterFixture.UntilAsync(silo, s => KillScene.EngagedAsync(silo, bot, s.Body), "the second kill is engaged", 10);
        var from = cluster.Recorder.Now;
        await ClusterFixture.Pass(TimeSpan.FromSeconds(4));
        if (bot is null) cluster.Closed("the second kill is engaged", from, cluster.Recorder.Now);
        Assert.True(await KillScene.EngagedAsync(silo, bot, (await silo.StatusAsync()).Body));
        Assert.Equal(200, (await silo.SendAsync(HttpMethod.Post, KillScene.Path(bot, "release"), new { reason = "drill" }))["http_status"]!.GetValue<int>());
        foreach (var node in new[] { silo, front }) await ClusterFixture.UntilOpenAsync(node);
        await cluster.AssertPromisesAsync(silo);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(null, false)]
    [InlineData("bot-1", true)]
    public async Task Release_ItsAnswerIsLostOnTheWayBack_AndTheSiloIsKilled_NothingOpens(string? bot, bool atOnce)
    {
        var scene = await scenes.TakeAsync();
        var killed = await scene.KillAsync(scene.Fronts[0], bot);
        Assert.Equal((200, true), (killed.Status, killed.Answer["durable"]!.GetValue<bool>()));
        await scene.UntilEngagedAsync(bot);
        var row = Row(bot);
        await SqlAsync(scene, $"DROP TABLE IF EXISTS public.seen; CREATE TABLE public.seen AS SELECT version FROM {row}");
        var (silo, links) = Holder(scene, bot);

        // The release waits for the row, its answer's way is cut, and then the row is let go.
        var (held, waits) = (Signal(), Signal());
        var holding = SqlAsync(scene, $"""
            DO $$ BEGIN
                PERFORM 1 FROM {row} FOR UPDATE;
                ASSERT FOUND, 'no such row';
                COPY (SELECT 1) TO '{held}';
                WHILE NOT EXISTS (SELECT FROM pg_locks WHERE NOT granted) LOOP PERFORM pg_sleep(0.01); END LOOP;
                COPY (SELECT 1) TO '{waits}';
                PERFORM pg_sleep(0.3);
            END $$
            """);
        await UntilAsync(held, holding, () => "The row is not held.");
        var releasing = scene.Fronts[1].SendAsync(HttpMethod.Post, KillScene.Path(bot, "release"), new { reason = "drill" });
        await UntilAsync(waits, holding, () => $"The release does not wait for its row: {(releasing.IsCompletedSuccessfully ? releasing.Result.ToJsonString() : "no answer yet")}");
        links.Database.Cut(Ways.Back);
        await holding;
        await ClusterFixture.Pass(TimeSpan.FromMilliseconds(100));
        await SqlAsync(scene, $"DO $$ BEGIN ASSERT (SELECT version FROM {row}) > (SELECT version FROM public.seen), 'the release is not on disk'; END $$");
        if (!atOnce) await releasing;
        await silo.KillAsync();
        links.Heal();
        var released = await releasing;
        Assert.True(released["http_status"]!.GetValue<int>() == 503, released.ToJsonString());
        await scene.UntilEngagedAsync(bot);
        await ClusterFixture.Pass(TimeSpan.FromSeconds(3));
        await scene.UntilEngagedAsync(bot, 5);
        var until = scene.Cluster.Recorder.Now;
        Assert.Empty(scene.Broken(bot, killed.AnsweredAt, until));
        if (bot is null) scene.Cluster.Closed("a kill was answered, and no release was", killed.AnsweredAt, until);
        await scene.ReleaseAsync(scene.Fronts[0], bot);
        await scene.UntilEverythingIsAllowedAsync();
        await scene.Cluster.AssertPromisesAsync(scene.Fronts[0]);
        scenes.PutBack();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("bot-2")]
    public async Task SecondKill_WhileAReleaseIsBeingWritten_AndTheSiloIsKilled_IsKept(string? bot)
    {
        var scene = await scenes.TakeAsync();
        var first = await scene.KillAsync(scene.Fronts[0], bot);
        Assert.Equal(200, first.Status);
        var (silo, _) = Holder(scene, bot);
        var holding = SqlAsync(scene, $"SELECT 1 FROM {Row(bot)} FOR UPDATE; SELECT pg_sleep(0.39)");
        await ClusterFixture.Pass(TimeSpan.FromMilliseconds(60));
        var releasing = scene.Fronts[1].SendAsync(HttpMethod.Post, KillScene.Path(bot, "release"), new { reason = "drill" });
        await ClusterFixture.Pass(TimeSpan.FromMilliseconds(20));
        var killing = scene.KillAsync(scene.Fronts[0], bot);
        await Task.WhenAny(killing, holding);
        await silo.KillAsync();
        await holding;
        var second = await killing;
        await scene.UntilEngagedAsync(bot);
        var from = second.Status == 200 ? second.AnsweredAt : scene.Cluster.Recorder.Now;
        await ClusterFixture.Pass(TimeSpan.FromSeconds(3));
        await scene.UntilEngagedAsync(bot, 5);
        var until = scene.Cluster.Recorder.Now;
        Assert.Empty(scene.Broken(bot, from, until));
        if (bot is null) scene.Cluster.Closed("the second kill was answered", from, until);
        Assert.NotEqual(200, (await releasing)["http_status"]!.GetValue<int>());
        await scene.ReleaseAsync(scene.Fronts[0], bot);
        await scene.UntilEverythingIsAllowedAsync();
        await scene.Cluster.AssertPromisesAsync(scene.Fronts[0]);
        scenes.PutBack();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Kill_TheGatesSiloHangsOrDies_TheAskedNodePermitsNothingFromTheRequestOn(bool dies)
    {
        var scene = await scenes.TakeAsync();
        var (silo, _) = scene.Gate();
        if (dies) await silo.KillAsync();
        else silo.Freeze();
        await AskedNodeHoldsAsync(scene);
        if (!dies) silo.Thaw();
        await scene.UntilEngagedAsync(null);
        await scene.ReleaseAsync(scene.Fronts[1]);
        await scene.UntilEverythingIsAllowedAsync();
        await scene.Cluster.AssertPromisesAsync(scene.Fronts[0]);
        scenes.PutBack();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public async Task Kill_PostgresIsFrozen_TheAskedNodePermitsNothingFromTheRequestOn(int secondsBefore)
    {
        var scene = await scenes.TakeAsync();
        scene.Cluster.Postgres.Freeze();
        await ClusterFixture.Pass(TimeSpan.FromSeconds(secondsBefore));
        await AskedNodeHoldsAsync(scene);
        scene.Cluster.Postgres.Thaw();
        await scene.UntilEngagedAsync(null);
        await scene.ReleaseAsync(scene.Fronts[1]);
        await scene.UntilEverythingIsAllowedAsync();
        await scene.Cluster.AssertPromisesAsync(scene.Fronts[0]);
        scenes.PutBack();
    }

    /// <summary>From the moment at which the request must have come in, its node allows nothing, and after an answer of 200 nobody does.</summary>
    private static async Task AskedNodeHoldsAsync(KillScene scene)
    {
        var killed = await scene.KillAsync(scene.Fronts[0]);
        TestContext.Current.TestOutputHelper?.WriteLine($"{killed.Status} after {killed.Took.TotalSeconds:0.00} s: {killed.Answer.ToJsonString()}");
        await ClusterFixture.Pass(TimeSpan.FromSeconds(1));
        var until = scene.Cluster.Recorder.Now;
        var taken = killed.SentAt + TimeSpan.FromMilliseconds(250);
        Assert.DoesNotContain(scene.Bots[0].Seen, g => g.SentAt > taken && g.ReceivedAt < until);
        Assert.DoesNotContain(scene.Cluster.Recorder.Sightings, s => s.Node == scene.Fronts[0].Name && s.Open && s.SentAt > taken && s.ReceivedAt < until);
        if (killed.Status == 200) Assert.Empty(scene.Broken(null, killed.AnsweredAt, until));
    }

    /// <summary>The silo that holds the switch: of a bot it is the one whose loss ends the bot's activation, so the test asks the log.</summary>
    private static (NodeProcess Silo, NodeLinks Links) Holder(KillScene scene, string? bot)
    {
        if (bot is null) return scene.Gate();
        var index = string.CompareOrdinal(scene.Silos[0].LastLine($"Bot {bot}: "), scene.Silos[1].LastLine($"Bot {bot}: ")) >= 0 ? 0 : 1;
        return (scene.Silos[index], scene.Links[index]);
    }

    private static string Row(string? bot) => bot is null
        ? "controlplane.orleansstorage WHERE graintypestring = 'gate-controls'"
        : $"controlplane.orleansstorage WHERE graintypestring = 'bot' AND grainidextensionstring = '{bot}'";

    /// <summary>A file by which PostgreSQL says how far a statement has come.</summary>
    private static string Signal() => Path.Combine(Path.GetTempPath(), $"signal-{Guid.NewGuid():N}");

    private static async Task UntilAsync(string signal, Task statement, Func<string> what)
    {
        for (var clock = System.Diagnostics.Stopwatch.StartNew(); !File.Exists(signal); await ClusterFixture.Pass(TimeSpan.FromMilliseconds(5)))
        {
            if (statement.IsCompleted) await statement;
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), what());
        }
    }

    private static Task SqlAsync(KillScene scene, string sql) => scene.Cluster.Postgres.RunSqlAsync("cluster", "postgres", sql);
}
