using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Abstractions;
using ControlPlane.Api.Gates;
using ControlPlane.Api.Live;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.Live;

public sealed class HubTests
{
    private static readonly JsonSerializerOptions s_json = MakeJson();

    [Fact]
    public async Task Subscribe_Snapshot_EqualsTheRestAnswers()
    {
        await using var api = await TestApi.StartAsync(Arrange);
        await using var client = await LiveClient.SubscribedAsync(api);
        var snapshot = client.Snapshot;
        Assert.Equal(0, snapshot["seq"]!.GetValue<long>());
        Assert.NotEmpty(snapshot["stream_id"]!.GetValue<string>());
        AssertSame(await api.GetJsonAsync("/api/system/status"), snapshot["system"]!, "trace_id", "valid_for_ms", "valid_until");
        AssertSame((await api.GetJsonAsync("/api/integrations/status"))["integrations"]!, snapshot["integrations"]!);
        AssertSame((await api.GetJsonAsync("/api/bots"))["bots"]!, snapshot["bots"]!);
        var typed = snapshot.Deserialize<HubSnapshot>(s_json)!;
        Assert.Equal((SystemStatus.Ok, 2, 1), (typed.System.SystemStatus, typed.Integrations.Count, typed.Bots.Count));
    }

    [Fact]
    public async Task Changes_ComeOneByOne_WithTheirStreamAndSequence()
    {
        await using var api = await TestApi.StartAsync(Arrange);
        await using var client = await LiveClient.SubscribedAsync(api);
        api.Gate.Hear(FakeNodeGate.Blocked(413));

        // What follows from an earlier change may be told of again on a busy machine: each wait is for its own change.
        await NextAsync<HubSystem>("system", told => told.System.SystemStatus == SystemStatus.Blocked);
        api.Cluster.Providers["polygon"] = Status("polygon", ProviderState.Degraded, 5);
        await api.Cluster.Board.Changed(new(["polygon"], []));
        await NextAsync<HubIntegration>("integration", told => told.Integration.State == ProviderState.Degraded);
        api.Cluster.Providers["polygon"] = Status("polygon", ProviderState.Degraded, 6);
        await api.Cluster.Board.Changed(new(["polygon"], []));
        await NextAsync<HubUsage>("usage", told => (told.Usage.ProofOfUseCount24h, told.Usage.Provider) == (6L, "polygon"));
        api.Cluster.Bots["momentum-es"] = api.Cluster.Bots["momentum-es"] with { Tier = AutonomyTier.Limited };
        await api.Cluster.Board.Changed(new([], ["momentum-es"]));
        var bot = await NextAsync<HubBot>("bot", told => told.Bot.Tier == AutonomyTier.Limited);
        Assert.Equal(client.Snapshot["stream_id"]!.GetValue<string>(), bot.StreamId);

        async Task<T> NextAsync<T>(string word, Func<T, bool> isIt)
        {
            T told;
            do told = (await client.NextAsync(word == "system" ? null : api.Time, word)).Body.Deserialize<T>(s_json)!;
            while (!isIt(told));
            return told;
        }
    }

    [Fact]
    public async Task Sequence_HasNoGap_AndBeatsRepeatIt()
    {
        await using var api = await TestApi.StartAsync(Arrange);
        await using var client = await LiveClient.SubscribedAsync(api);
        var (last, beats) = (0L, 0);
        for (var round = 0; beats < 3; round++)
        {
            api.Cluster.Providers["tradovate"] = Status("tradovate", ProviderState.Connected, round);
            await api.Cluster.Board.Changed(new(["tradovate"], []));
            var (word, body) = await client.NextAsync(api.Time);
            var seq = body["seq"]!.GetValue<long>();
            Assert.Equal(client.Snapshot["stream_id"]!.GetValue<string>(), body["stream_id"]!.GetValue<string>());
            Assert.Equal(word == "beat" ? last : last + 1, seq);
            last = seq;
            if (word == "beat") beats++;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DeletedBot_LeavesAGap_AndIsInNoSnapshotAfterIt(bool noticed)
    {
        await using var api = await TestApi.StartAsync(Arrange);
        await using var client = await LiveClient.SubscribedAsync(api);
        api.Cluster.Bots.TryRemove("momentum-es", out _);

        // By a notice, or by the round that finds what nobody told.
        if (noticed) await api.Cluster.Board.Changed(new([], ["momentum-es"]));
        var last = 0L;
        for (var heard = 0; ; heard++)
        {
            Assert.True(heard < 200, "There was no gap.");
            var (word, body) = await client.NextAsync(api.Time);
            var seq = body["seq"]!.GetValue<long>();
            if (seq > last + (word == "beat" ? 0 : 1)) break;
            last = seq;
        }

        await using var again = await LiveClient.SubscribedAsync(api);
        Assert.Empty(again.Snapshot["bots"]!.AsArray());
    }

    [Fact]
    public async Task Beat_TellsTheLease_AndZeroOnceItIsLost()
    {
        await using var api = await TestApi.StartAsync(Arrange);
        await using var client = await LiveClient.SubscribedAsync(api);
        var live = (await client.NextAsync(api.Time, "beat")).Body.Deserialize<HubHeartbeat>(s_json)!;
        Assert.Equal((7L, 412L), (live.Epoch, live.Version));
        Assert.InRange(live.ValidForMs, 2_800, 2_870);
        api.Gate.Node.Close();
        var lost = (await client.NextAsync(api.Time, "system")).Body["system"]!;
        Assert.Equal(("BLOCKED", "GATE_LEASE_EXPIRED"), (lost["system_status"]!.GetValue<string>(), lost["blockers"]![0]!["code"]!.GetValue<string>()));
        Assert.Equal(0, (await client.NextAsync(api.Time, "beat")).Body["valid_for_ms"]!.GetValue<long>());
    }

    [Fact]
    public async Task Subscribe_Again_BeginsAnotherStream()
    {
        await using var api = await TestApi.StartAsync(Arrange);
        await using var client = await LiveClient.SubscribedAsync(api);
        var first = client.Snapshot["stream_id"]!.GetValue<string>();
        api.Gate.Hear(FakeNodeGate.Blocked(413));
        await client.NextAsync();
        var second = await client.SubscribeAsync();
        Assert.NotEqual(first, second["stream_id"]!.GetValue<string>());
        Assert.Equal("BLOCKED", second["system"]!["system_status"]!.GetValue<string>());
        api.Gate.Hear(FakeNodeGate.Open(414));
        var open = (await client.NextAsync(api.Time, "system")).Body;
        Assert.Equal((second["stream_id"]!.GetValue<string>(), 1L), (open["stream_id"]!.GetValue<string>(), open["seq"]!.GetValue<long>()));
    }

    [Fact]
    public async Task Flapping_IsToldOnceAWindow_AndNoBlockedIsLost()
    {
        await using var api = await TestApi.StartAsync(Arrange);
        await using var client = await LiveClient.SubscribedAsync(api);
        var (system, readers) = (api.App.Services.GetRequiredService<LiveSystem>(), api.App.Services.GetRequiredService<LiveSubscribers>());
        var started = api.Time.GetUtcNow();
        var told = new List<(string Status, long Version)> { ("OK", 412) };

        // 10 Hz: closed for 50 ms, open for 50 ms, until the reader has been told of five openings.
        var (version, end) = (500, DateTime.UtcNow.AddSeconds(20));
        for (; version % 2 == 1 || told.Count(status => status.Status == "OK") < 6; version++)
        {
            Assert.True(DateTime.UtcNow < end, "No openings are told.");
            api.Gate.Hear(version % 2 == 0 ? FakeNodeGate.Blocked(version) : FakeNodeGate.Open(version));

            // The node's handlers run when they get to it; this makes sure that the turn was seen before the next one.
            if (system.Look()) readers.WakeAll();
            api.Time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Delay(5, TestContext.Current.CancellationToken);
            told.AddRange(client.Taken().Where(message => message.Word == "system").Select(StatusOf));
        }

        api.Gate.Hear(FakeNodeGate.Blocked(version));
        while (told[^1] != ("BLOCKED", version)) told.Add(StatusOf(await client.NextAsync(api.Time, "system")));
        var windows = (api.Time.GetUtcNow() - started) / TimeSpan.FromMilliseconds(250);
        Assert.True(told.Count(status => status.Status == "OK") <= windows + 2, string.Join(' ', told));
        for (var index = 1; index < told.Count - 1; index++)
        {
            // Whoever was told that it is open is told of the very next closing, however soon it has opened again.
            // What stood before the first turn may have been told once more.
            if (told[index] is { Status: "OK", Version: >= 500 }) Assert.Equal(("BLOCKED", told[index].Version + 1), told[index + 1]);
        }
    }

    [Fact]
    public async Task Blocked_RightAfterAnOpening_WaitsForNoWindow()
    {
        await using var api = await TestApi.StartAsync(Arrange);
        await using var client = await LiveClient.SubscribedAsync(api);
        for (var version = 500; version < 510; version += 2)
        {
            api.Gate.Hear(FakeNodeGate.Open(version));
            while (StatusOf(await client.NextAsync(api.Time, "system")) != ("OK", version))
            {
            }

            // Its window has just begun, and from here the clock stands still.
            client.Taken();
            api.Gate.Hear(FakeNodeGate.Blocked(version + 1));
            Assert.Equal(("BLOCKED", version + 1), StatusOf(await client.NextAsync(word: "system")));
        }
    }

    [Fact]
    public async Task Row_FlappingAtTenHertz_IsToldOnceAWindow()
    {
        await using var api = await TestApi.StartAsync(Arrange);
        await using var client = await LiveClient.SubscribedAsync(api);
        var started = api.Time.GetUtcNow();
        for (var flap = 0; flap < 40; flap++)
        {
            api.Cluster.Providers["polygon"] = Status("polygon", flap % 2 == 0 ? ProviderState.Degraded : ProviderState.Connected, flap);
            await api.Cluster.Board.Changed(new(["polygon"], []));
            await Task.Delay(10, TestContext.Current.CancellationToken);
            api.Time.Advance(TimeSpan.FromMilliseconds(50));
        }

        // The last state arrives whatever was left out.
        var seen = new List<JsonObject>();
        while (seen.Count == 0 || seen[^1]["integration"]!["state"]!.GetValue<string>() != "CONNECTED" || seen[^1]["integration"]!["proof_of_use_count_24h"]!.GetValue<long>() != 39)
        {
            seen.Add((await client.NextAsync(api.Time, "integration")).Body);
        }

        var windows = (api.Time.GetUtcNow() - started) / TimeSpan.FromMilliseconds(250);
        Assert.InRange(seen.Count, 2, windows + 1);
    }

    [Fact]
    public async Task ProviderUnreachable_RowsSayNothing_AndNameWhatIsMissing()
    {
        await using var api = await TestApi.StartAsync(Arrange);
        await using var client = await LiveClient.SubscribedAsync(api);
        api.Cluster.Unreachable = new TimeoutException();

        // Which of the two is told first is open.
        JsonNode? row = null, system = null;
        while (row is null || system is null)
        {
            var (word, body) = await client.NextAsync(api.Time);
            if (word == "integration") row = body["integration"];
            else if (word == "system" && body["system"]!["bots"]!["total"] is null) system = body["system"];
        }

        Assert.Null(row["proof_of_use_count_24h"]);
        Assert.False(row["connected"]!.GetValue<bool>());
        Assert.Contains(row["unavailable"]!.AsArray(), field => field!["field"]!.GetValue<string>() == "state");
        Assert.Null(system["bots"]!["total"]);
        var again = await client.SubscribeAsync();
        Assert.Empty(again["bots"]!.AsArray());
        Assert.Equal(["bots"], again["unavailable"]!.AsArray().Select(field => field!["field"]!.GetValue<string>()));
    }

    [Fact]
    public async Task UnknownMethod_IsAnError_AndTheConnectionGoesOn()
    {
        await using var api = await TestApi.StartAsync(Arrange);
        await using var client = await LiveClient.SubscribedAsync(api);
        await Assert.ThrowsAsync<Microsoft.AspNetCore.SignalR.HubException>(() => client.Connection.InvokeAsync("Kill", "now", TestContext.Current.CancellationToken));
        await client.SubscribeAsync();
    }

    private static void Arrange(TestApi api)
    {
        foreach (var provider in (string[])["polygon", "tradovate"]) api.Cluster.Providers[provider] = Status(provider, ProviderState.Connected, 0);
        api.Cluster.Bots["momentum-es"] = new BotView { BotId = "momentum-es", Spec = new BotSpec("Momentum", null, [], TradingMode.Paper, ImmutableSortedDictionary<string, decimal>.Empty) };
    }

    private static (string Status, long Version) StatusOf((string Word, JsonObject Body) message) =>
        (message.Body["system"]!["system_status"]!.GetValue<string>(), message.Body["system"]!["version"]!.GetValue<long>());

    internal static ProviderStatus Status(string provider, ProviderState state, long calls) => new()
    {
        Provider = provider,
        Name = provider,
        Category = "market_data",
        State = state,
        SupportsVerify = true,
        MissingVariables = [],
        Usage = new UsageFigures(calls, 0, null, calls, null, null),
        Hosts = new HostAgreement(1, 1, true),
        Reasons = [],
        Unavailable = [],
        Version = calls,
    };

    private static void AssertSame(JsonNode expected, JsonNode actual, params string[] exceptFor)
    {
        var (left, right) = (expected.DeepClone(), actual.DeepClone());
        foreach (var member in exceptFor)
        {
            left.AsObject().Remove(member);
            right.AsObject().Remove(member);
        }

        if (left is JsonObject { } status && status["autonomy_gates"] is not null)
        {
            foreach (var node in (JsonNode[])[left, right])
            {
                foreach (var gate in node["autonomy_gates"]!.AsObject()) gate.Value!.AsObject().Remove("valid_until");
            }
        }

        Assert.True(JsonNode.DeepEquals(left, right), $"{left}\n{right}");
    }

    private static JsonSerializerOptions MakeJson()
    {
        var options = new JsonSerializerOptions();
        ControlPlaneJson.Configure(options);
        return options;
    }
}
