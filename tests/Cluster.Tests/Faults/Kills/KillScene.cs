using System.Diagnostics;
using System.Text.Json.Nodes;
using ControlPlane.Cluster.Tests.Faults.Links;
using Npgsql;

namespace ControlPlane.Cluster.Tests.Faults.Kills;

/// <summary>Two silos whose paths to the database can be cut, two front ends, and at each of them a bot that asks for everything.</summary>
internal sealed class KillScene : IAsyncDisposable
{
    /// <summary>What the lease and two seconds may be late by on a busy machine.</summary>
    private static readonly TimeSpan s_late = TimeSpan.FromSeconds(1);

    private KillScene(ClusterFixture cluster) => Cluster = cluster;

    public ClusterFixture Cluster { get; }

    public NodeProcess[] Silos { get; private set; } = [];

    public NodeLinks[] Links { get; private set; } = [];

    public NodeProcess[] Fronts { get; private set; } = [];

    public Grants[] Bots { get; private set; } = [];

    public static async Task<KillScene> OpenAsync()
    {
        var scene = new KillScene(await ClusterFixture.StartAsync());
        var cluster = scene.Cluster;
        scene.Links = [cluster.Links(out var first), cluster.Links(out var second)];
        scene.Silos = [await cluster.SiloAsync("silo-1", first), await cluster.SiloAsync("silo-2", second)];
        scene.Fronts = [await cluster.FrontEndAsync("front-1"), await cluster.FrontEndAsync("front-2")];
        foreach (var front in scene.Fronts)
        {
            cluster.Recorder.Watch(front);
            await ClusterFixture.UntilOpenAsync(front);
        }

        scene.Bots = [await Grants.StartAsync(cluster, scene.Fronts[0], "bot-1"), await Grants.StartAsync(cluster, scene.Fronts[1], "bot-2")];
        await scene.UntilEverythingIsAllowedAsync();
        return scene;
    }

    /// <summary>The silo on which the gate is, and its paths.</summary>
    public (NodeProcess Silo, NodeLinks Links) Gate()
    {
        var index = string.CompareOrdinal(Silos[0].LastLine("The gate is active with epoch"), Silos[1].LastLine("The gate is active with epoch")) >= 0 ? 0 : 1;
        return (Silos[index], Links[index]);
    }

    public async Task UntilEverythingIsAllowedAsync()
    {
        await UntilMembersAsync();
        foreach (var front in Fronts) await ClusterFixture.UntilOpenAsync(front);
        await Task.WhenAll(Bots.Select(b => b.UntilAllowedAsync()));
    }

    /// <summary>Starts silos that have ended, until both are members of the cluster. One that hung for long is voted out, and ends itself only seconds after it goes on.</summary>
    private async Task UntilMembersAsync()
    {
        await using var source = NpgsqlDataSource.Create(Cluster.Database);
        await using var members = source.CreateCommand("SELECT count(*) FROM controlplane.orleansmembershiptable WHERE status = 3");
        for (var clock = Stopwatch.StartNew(); ; await ClusterFixture.Pass(TimeSpan.FromMilliseconds(100)))
        {
            foreach (var silo in Silos.Where(s => !s.Runs)) await StartAsync(silo);
            var count = (long)(await members.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
            if (count == Silos.Length && Silos.All(s => s.Runs)) return;
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(90), $"{count} silos are members.\n{string.Join("\n", Silos.Select(s => s.Output))}");
        }
    }

    /// <summary>Starts a silo and waits until it can take the gate over: one that still joins when the other one dies waits long for the dead one.</summary>
    private static async Task StartAsync(NodeProcess silo)
    {
        var before = silo.LastLine("Warmed up");
        await silo.StartAsync();
        await ClusterFixture.UntilAsync(() => silo.LastLine("Warmed up") != before, () => $"{silo.Name} can take the gate over");
    }

    /// <summary>A kill, and what is promised of any answer: its time, and that a 200 says engaged.</summary>
    public async Task<Killed> KillAsync(NodeProcess node, string? bot = null, TimeSpan? slack = null)
    {
        var sentAt = Cluster.Recorder.Now;
        var answer = await node.SendAsync(HttpMethod.Post, Path(bot, "kill"), new { reason = "drill" });
        var killed = new Killed(bot, sentAt, Cluster.Recorder.Now, answer["http_status"]!.GetValue<int>(), answer);
        Assert.True(killed.Status is 200 or 503, answer.ToJsonString());
        Assert.Equal(killed.Status == 200, answer["engaged"]!.GetValue<bool>());
        Assert.True(killed.Took < ClusterFixture.Lease + TimeSpan.FromSeconds(2) + s_late + (slack ?? TimeSpan.Zero), $"{killed.Took}: {answer.ToJsonString()}\n{node.Output}");
        return killed;
    }

    /// <summary>Until every front end that hears the gate says that the switch is engaged.</summary>
    public async Task UntilEngagedAsync(string? bot, double seconds = 60)
    {
        foreach (var front in Fronts) await ClusterFixture.UntilAsync(front, async s => s.ValidForMs > 0 && await EngagedAsync(front, bot, s.Body), $"{bot ?? "system"}: engaged", seconds);
    }

    public static async Task<bool> EngagedAsync(NodeProcess front, string? bot, JsonNode status) => bot is null
        ? status["kill_switch"]!["engaged"]?.GetValue<bool>() == true
        : (await front.SendAsync(HttpMethod.Get, $"/api/bots/{bot}"))["kill_switch"]?["engaged"]?.GetValue<bool>() == true;

    /// <summary>Releases, as often as it takes. When the first one was sent.</summary>
    public async Task<TimeSpan> ReleaseAsync(NodeProcess node, string? bot = null)
    {
        var sentAt = Cluster.Recorder.Now;
        for (var attempt = 0; ; attempt++)
        {
            var answer = await node.SendAsync(HttpMethod.Post, Path(bot, "release"), new { reason = "drill" });
            if (answer["http_status"]!.GetValue<int>() == 200) return sentAt;
            Assert.True(attempt < 60, $"{answer.ToJsonString()}\n{node.Output}");
            await ClusterFixture.Pass(TimeSpan.FromMilliseconds(250));
        }
    }

    /// <summary>What broke the promise between an answer and the next release, in words.</summary>
    public IEnumerable<string> Broken(string? bot, TimeSpan from, TimeSpan until)
    {
        foreach (var grant in Bots.SelectMany(b => b.Seen).Where(g => (bot is null || bot == g.Bot) && g.SentAt > from && g.ReceivedAt < until)) yield return $"{grant} after {from}";

        // What was asked before and came after: an answer takes a moment from the node to its asker.
        foreach (var grant in Bots.SelectMany(b => b.Seen).Where(g => (bot is null || bot == g.Bot) && g.SentAt <= from && g.ReceivedAt > from + s_late && g.ReceivedAt < until)) yield return $"{grant} long after {from}";
        if (bot is not null) yield break;
        foreach (var seen in Bots.SelectMany(b => b.Switches).Where(s => s.SentAt > from && s.ReceivedAt < until && (!s.Engaged || s.Armed))) yield return $"{seen} after {from}";
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var bot in Bots) await bot.DisposeAsync();
        await Cluster.DisposeAsync();
    }

    public static string Path(string? bot, string act) => bot is null ? $"/api/system/{act}" : $"/api/bots/{bot}/{act}";
}

/// <summary>A kill's answer, with when it was asked for and when it came.</summary>
internal sealed record Killed(string? Bot, TimeSpan SentAt, TimeSpan AnsweredAt, int Status, JsonNode Answer)
{
    public TimeSpan Took => AnsweredAt - SentAt;
}
