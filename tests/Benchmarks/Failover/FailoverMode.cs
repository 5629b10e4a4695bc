using ControlPlane.Benchmarks.Running;
using ControlPlane.ProviderSimulator;
using ControlPlane.Testing.Postgres;

namespace ControlPlane.Benchmarks.Failover;

/// <summary>What a lost silo costs. Both sides run beside each other, and take turns. Orleans' own detection takes up to 15 s, and both
/// come to rest before each fault, so five rounds take three minutes.</summary>
internal sealed class FailoverMode(string name, string what, string goal, bool gateLost, bool freeze) : IBenchmarkMode
{
    /// <summary>A dead silo's providers are missed when their evidence has run out (5 s), not before.</summary>
    private static readonly TimeSpan s_evidence = TimeSpan.FromSeconds(6);

    public static FailoverMode KillGate { get; } =
        new("failover", "kill -9 of the silo that holds the gate", "<= 0.1; ours <= 500", gateLost: true, freeze: false);

    public static FailoverMode KillOther { get; } =
        new("failover-other", "kill -9 of a silo that holds providers, not the gate", "<= 0.1; ours <= 500", gateLost: false, freeze: false);

    public static FailoverMode Freeze { get; } =
        new("failover-stop", "SIGSTOP of the silo that holds the gate", "ours <= 2500", gateLost: true, freeze: true);

    public string Name => name;

    public string Measures => $"{what}, one of three: until every other node is open again, against Orleans' default membership settings, ms";

    public async Task<IReadOnlyList<ModeResult>> RunAsync(int rounds, CancellationToken cancellationToken)
    {
        await using var postgres = await PostgresServer.StartAsync();
        await using var peerPostgres = await PostgresServer.StartAsync();
        await using var simulator = await SimulatorHost.StartAsync(cancel: cancellationToken);
        await using var ours = await Installation.StartAsync(await postgres.CreateDatabaseAsync("ours"), simulator, fast: true, cancellationToken);
        await using var peer = await Installation.StartAsync(await peerPostgres.CreateDatabaseAsync("peer"), simulator, fast: false, cancellationToken);
        var taken = new List<(Outage Ours, Outage Peer)>();
        for (var round = 0; round < rounds; round++)
        {
            var ourOutage = await LoseAsync(ours, peer, cancellationToken);
            taken.Add((ourOutage, await LoseAsync(peer, ours, cancellationToken)));
        }

        return
        [
            new ModeResult(name, "ms", goal, [.. taken.Select(t => new Round(t.Ours.Open.TotalMilliseconds, t.Peer.Open.TotalMilliseconds))], Also(taken)),
        ];
    }

    private static Dictionary<string, double> Also(List<(Outage Ours, Outage Peer)> taken)
    {
        double[] answers = [.. taken.Select(t => t.Ours.Answers.TotalMilliseconds)];
        double[] peerAnswers = [.. taken.Select(t => t.Peer.Answers.TotalMilliseconds)];
        var also = new Dictionary<string, double>
        {
            ["answers_ms"] = Statistics.Median(answers),
            ["answers_min_ms"] = answers.Min(),
            ["answers_max_ms"] = answers.Max(),
            ["peer_answers_ms"] = Statistics.Median(peerAnswers),
            ["last_old_open_max_ms"] = taken.Max(t => t.Ours.LastOldOpen.TotalMilliseconds),
            ["peer_last_old_open_max_ms"] = taken.Max(t => t.Peer.LastOldOpen.TotalMilliseconds),
        };
        Step("found", t => t.Found);
        Step("gate_active", t => t.Active);
        Step("verified", t => t.Verified);
        Step("decided", t => t.Decided);
        return also;

        void Step(string step, Func<Timeline, TimeSpan?> when)
        {
            double[] known = [.. taken.Select(t => when(t.Ours.Steps)).OfType<TimeSpan>().Select(t => t.TotalMilliseconds)];
            if (known.Length == 0) return;
            (also[$"{step}_ms"], also[$"{step}_rounds"]) = (Statistics.Median(known), known.Length);
        }
    }

    /// <summary>Measures one fault while nothing else starts or comes back, and puts another silo in the lost one's place.</summary>
    private async Task<Outage> LoseAsync(Installation installation, Installation other, CancellationToken cancellationToken)
    {
        await SettleAsync(other, cancellationToken);
        await installation.ForgetStartsAsync(cancellationToken);
        await SettleAsync(installation, cancellationToken);
        var gate = installation.GateHolder;
        var victim = gateLost ? gate : installation.Silos.First(silo => silo != gate);
        var epoch = (await gate.ReadAsync(cancellationToken)).Epoch;
        var outage = await Outage.MeasureAsync(
            [.. installation.Nodes.Where(node => node != victim)], epoch, gateLost, freeze ? victim.Freeze : victim.Kill, gateLost ? TimeSpan.Zero : s_evidence, cancellationToken);
        await victim.ReplaceAsync(cancellationToken);
        return outage;
    }

    /// <summary>Until every node has been open for two seconds, and every silo is ready to take over.</summary>
    private static async Task SettleAsync(Installation installation, CancellationToken cancellationToken)
    {
        var good = 0;
        for (var tries = 0; good < 20; tries++)
        {
            if (tries > 600) throw new InvalidOperationException("The cluster did not open within 60 s.");
            var sights = await Task.WhenAll(installation.Nodes.Select(node => node.ReadAsync(cancellationToken)));
            good = sights.All(sight => sight.Open) && installation.Nodes.All(node => node.StandsBy) ? good + 1 : 0;
            await Task.Delay(100, cancellationToken);
        }
    }
}
