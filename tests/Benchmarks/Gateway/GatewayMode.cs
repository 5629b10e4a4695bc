using System.Diagnostics;
using System.Globalization;
using ControlPlane.Api.Security;
using ControlPlane.Benchmarks.Http;
using ControlPlane.Benchmarks.Ingest;
using ControlPlane.Benchmarks.Running;

namespace ControlPlane.Benchmarks.Gateway;

/// <summary>Bots' calls through the gateway against plain YARP and nginx in front of the same provider, with the same headers, by the same client.</summary>
internal sealed class GatewayMode : IBenchmarkMode
{
    /// <summary>Of the measured provider.</summary>
    public const string Key = "0123456789abcdef0123456789abcdef01234567";
    private const string Provider = "tiingo";
    private const int Connections = 16;
    private const int RoundMs = 800;
    /// <summary>After two seconds a fifth of the processor still went into compilation.</summary>
    private const int WarmUpMs = 15_000;
    private const int Streams = 1_000;
    private const int Firsts = 150;
    private const int Orders = 60;

    public string Name => "gateway";

    public string Measures => "reads, streams and orders of bots through the gateway against plain YARP and nginx with the same headers, requests/s and ms";

    public async Task<IReadOnlyList<ModeResult>> RunAsync(int rounds, CancellationToken cancellationToken)
    {
        var (upstreamPort, yarpPort) = (Ports.Free(), Ports.Free());
        await using var upstream = await PeerAsync(GatewayUpstream.Worker, cancellationToken, upstreamPort);
        await using var yarp = await PeerAsync(YarpPeer.Worker, cancellationToken, yarpPort, upstreamPort);
        await using var nginx = await NginxPeer.StartAsync(upstreamPort, cancellationToken);
        await using var system = await OpenSystem.StartAsync(1, cancellationToken, new Dictionary<string, string>
        {
            [$"ControlPlane__Integrations__{Provider}__BaseUrl"] = $"http://127.0.0.1:{upstreamPort}", ["TIINGO_API_KEY"] = Key, ["ControlPlane__Bots__LeaseSeconds"] = "300",
        });
        await system.ChangeAsync(OpenSystem.Bot, Registration, cancellationToken);
        await using var load = WorkerProcess.Start(HttpLoad.Worker);
        await using var streams = WorkerProcess.Start(StreamLoad.Worker);
        var bot = new BotToken(OpenSystem.Bot, 1).Write(BotToken.KeyFrom(ControlPlaneUnderTest.Token));
        var sides = new Sides(load, streams, system.Program.Address.Port, $"/gateway/{Provider}", bot);
        var recorded = await RecordedAsync(system, cancellationToken);

        var reads = await ReadsAsync(sides, yarpPort, nginx?.Port, upstreamPort, rounds, cancellationToken);
        var first = await FirstEventsAsync(sides, yarpPort, rounds, cancellationToken);
        var (idle, also) = await IdleAsync(sides, system.Program.ProcessId, yarp.ProcessId, yarpPort, cancellationToken);
        var lost = await LostAsync(system, recorded, sides.Asked, cancellationToken);
        await system.RenewAsync(cancellationToken);
        using var orders = new OrderTimes(system);
        var evaluated = await Interleaved.RunAsync(rounds, token => orders.ThroughAsync(Orders, token), token => orders.StraightAsync(Orders, token), cancellationToken);
        return
        [
            .. reads,
            new ModeResult("gateway first event", "ms", "<= 1 added", first, Added(first)),
            new ModeResult("gateway idle streams", "KiB a stream", "-", [idle], also),
            new ModeResult("gateway orders", "ms", "-", evaluated, Added(evaluated)),
            new ModeResult("gateway flood", "events recorded", "ratio 1", [new Round(sides.Asked - lost, sides.Asked)]),
        ];
    }

    private static object Registration { get; } = new
    {
        name = "Bench", requires = new[] { "polygon", "alpaca" }, may_use = new[] { Provider },
        risk_limits = new { max_orders_per_minute = 10_000, duplicate_order_seconds = 0, max_order_notional = 1_000_000, max_position_notional = 100_000_000, max_gross_notional = 100_000_000, max_open_orders = 10_000, price_collar_percent = 100 },
    };

    private static async Task<IReadOnlyList<ModeResult>> ReadsAsync(Sides sides, int yarp, int? nginx, int upstream, int rounds, CancellationToken cancellationToken)
    {
        await sides.OursAsync(Connections, WarmUpMs, cancellationToken);
        await sides.PeerAsync(yarp, Connections, WarmUpMs, cancellationToken);
        var against = await RatesAsync(yarp);
        var results = new List<ModeResult> { new("gateway reads, YARP", "requests/s", ">= 0.9", against) };
        if (nginx is { } port) results.Add(new("gateway reads, nginx", "requests/s", "-", await RatesAsync(port)));

        // One at a time: what is added to the way there and back.
        var alone = await Interleaved.RunAsync(
            rounds, async token => (await sides.OursAsync(1, RoundMs, token)).P50Ms, async token => (await sides.PeerAsync(yarp, 1, RoundMs, token)).P50Ms, cancellationToken);
        var straight = (await sides.PeerAsync(upstream, 1, RoundMs, cancellationToken)).P50Ms;
        results.Add(new("gateway read p50", "ms", "<= 0.3 added", alone, new Dictionary<string, double>(Added(alone)) { ["p50_straight"] = straight, ["added_to_straight"] = Statistics.Median(alone.Select(round => round.Ours)) - straight }));
        return results;

        Task<IReadOnlyList<Round>> RatesAsync(int peer) => Interleaved.RunAsync(
            rounds, async token => (await sides.OursAsync(Connections, RoundMs, token)).RequestsPerSecond, async token => (await sides.PeerAsync(peer, Connections, RoundMs, token)).RequestsPerSecond, cancellationToken);
    }

    private static Task<IReadOnlyList<Round>> FirstEventsAsync(Sides sides, int yarp, int rounds, CancellationToken cancellationToken) =>
        Interleaved.RunAsync(rounds, token => sides.FirstAsync(null, Firsts, token), token => sides.FirstAsync(yarp, Firsts, token), cancellationToken);

    /// <summary>What the resident memory of both grows by.</summary>
    private static async Task<(Round Round, Dictionary<string, double> Also)> IdleAsync(Sides sides, int ours, int peer, int yarp, CancellationToken cancellationToken)
    {
        var (before, peerBefore) = (Resident(ours), Resident(peer));
        await sides.HoldAsync(null, Streams, cancellationToken);
        await sides.HoldAsync(yarp, Streams, cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        var round = new Round((Resident(ours) - before) / 1024d / Streams, (Resident(peer) - peerBefore) / 1024d / Streams);
        await sides.DropAsync(cancellationToken);
        return (round, new() { ["streams"] = Streams });
    }

    /// <summary>Events that are not there although their calls were answered; usage is counted a moment later.</summary>
    private static async Task<long> LostAsync(OpenSystem system, long before, long asked, CancellationToken cancellationToken)
    {
        var lost = asked;
        for (var tries = 0; tries < 60 && lost != 0; tries++)
        {
            await Task.Delay(500, cancellationToken);
            lost = asked - (await RecordedAsync(system, cancellationToken) - before);
        }

        return lost;
    }

    private static async Task<long> RecordedAsync(OpenSystem system, CancellationToken cancellationToken) =>
        (await system.GetAsync($"/api/integrations/{Provider}", cancellationToken))["gateway"]!["observed_24h"]?.GetValue<long>() ?? 0;

    private static Dictionary<string, double> Added(IReadOnlyList<Round> rounds) => new() { ["added"] = Statistics.Median(rounds.Select(round => round.Ours - round.Limit)) };

    private static long Resident(int process)
    {
        using var one = Process.GetProcessById(process);
        return one.WorkingSet64;
    }

    private static async Task<WorkerProcess> PeerAsync(string worker, CancellationToken cancellationToken, params int[] ports)
    {
        var process = WorkerProcess.Start(worker, [.. ports.Select(port => port.ToString(CultureInfo.InvariantCulture))]);
        await process.AskAsync<bool>("ready", cancellationToken);
        return process;
    }
}
