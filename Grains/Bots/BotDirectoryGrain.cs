using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Autonomy;
using ControlPlane.Grains.Bots.Policy;
using ControlPlane.Grains.Bots.Runners;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Gates.Policy;
using ControlPlane.Grains.Live;

namespace ControlPlane.Grains.Bots;

/// <summary>A shard of the list of bots. Registrations come from the index in the store; changes come from the bots. Readiness is evaluated at each
/// read, from this node's gate.</summary>
internal sealed class BotDirectoryGrain(IBotIndex index, IAutonomyEvidenceStore scores, BotFigureBoard figures, ReasonTimes reasons, NodeGate gate, TimeProvider time) : Grain, IBotDirectoryGrain
{
    private readonly Dictionary<string, Row> _rows = new(StringComparer.Ordinal);

    private readonly Dictionary<string, (Guid Activation, long Version)> _removed = new(StringComparer.Ordinal);

    private ChangePublisher? _publisher;

    private sealed class Row(BotDirectoryRow bot, long receivedAt)
    {
        public BotDirectoryRow Bot { get; } = bot;

        public long ReceivedAt { get; } = receivedAt;

        /// <summary>What the bot's readiness came to last; it holds for this row under that decision of the gate while its runner stands as it did.</summary>
        public Evaluated? Evaluated { get; set; }
    }

    /// <param name="Status">Under the decision of this epoch and version, as far as this node's lease on it ran.</param>
    private readonly record struct Evaluated(SystemStatus Status, long Epoch, long Version, bool Live, RunnerState Runner, bool Restarting)
    {
        public Evaluated(SystemStatus status, NodeGateReading gate, RunnerState runner, bool restarting)
            : this(status, gate.Snapshot?.Epoch ?? 0, gate.Snapshot?.Version ?? 0, gate.IsLive, runner, restarting)
        {
        }
    }

    /// <summary>FNV-1a over the id: the same on every host, whatever the process.</summary>
    public static long ShardOf(string botId)
    {
        var hash = 2166136261u;
        foreach (var c in botId) hash = (hash ^ c) * 16777619u;
        return hash % IBotDirectoryGrain.ShardCount;
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var watched = new List<string>();
        var last = await scores.LastScoresAsync(cancellationToken);
        foreach (var row in await index.ListAsync(cancellationToken))
        {
            if (ShardOf(row.BotId) != this.GetPrimaryKeyLong()) continue;
            if (row.RunnerWatched) watched.Add(row.BotId);
            _rows[row.BotId] = new(new(row.BotId, Guid.Empty, 0, row.Spec, row.Tier, new(RunnerState.Stopped, null, 0, null), row.Kill, LiveTrading.Disarmed, 0, 0, last.GetValueOrDefault(row.BotId)) { RegisteredAt = row.RegisteredAt }, time.GetTimestamp());
        }

        // Only the bots know their runners' state. They report it to this shard, which can't take reports before it is active.
        ReassertAsync(watched).Ignore();
    }

    private async Task ReassertAsync(List<string> bots)
    {
        await Task.Yield();
        foreach (var few in bots.Chunk(16)) await Task.WhenAll(few.Select(id => GrainFactory.GetGrain<IBotGrain>(id).Reassert())).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public Task Upsert(BotDirectoryRow row)
    {
        if (_removed.TryGetValue(row.BotId, out var removed))
        {
            if (removed.Activation == row.Activation && row.Version <= removed.Version) return Task.CompletedTask;
            _removed.Remove(row.BotId);
        }

        if (!_rows.TryGetValue(row.BotId, out var known) || known.Bot.Activation != row.Activation || row.Version > known.Bot.Version)
        {
            _rows[row.BotId] = new(row, time.GetTimestamp());
            (_publisher ??= new ChangePublisher(GrainFactory)).Bot(row.BotId);
        }

        return Task.CompletedTask;
    }

    public Task Remove(string botId, Guid activation, long version)
    {
        _removed[botId] = (activation, version);
        if (_rows.Remove(botId)) (_publisher ??= new ChangePublisher(GrainFactory)).Bot(botId);
        return Task.CompletedTask;
    }

    public async Task<ImmutableArray<BotView>> Find(ImmutableArray<string> botIds)
    {
        var of = await figures.ReadAsync();
        var reading = gate.Read();
        var now = time.GetUtcNow();
        return [.. botIds.Where(_rows.ContainsKey).Select(id => reasons.Keep(View(_rows[id], reading).With(of(id, _rows[id].Bot.Spec.Terms?.Currency), now)))];
    }

    public async Task<ImmutableArray<BotView>> List()
    {
        var of = await figures.ReadAsync();
        var reading = gate.Read();
        var now = time.GetUtcNow();
        return [.. _rows.Values.Select(r => reasons.Keep(View(r, reading).With(of(r.Bot.BotId, r.Bot.Spec.Terms?.Currency), now)))];
    }

    public Task<BotCounts> Count()
    {
        var reading = gate.Read();
        var tiers = new int[Enum.GetValues<AutonomyTier>().Length];
        int running = 0, ok = 0, degraded = 0, blocked = 0;
        foreach (var row in _rows.Values)
        {
            tiers[(int)row.Bot.Tier]++;
            if (Runner(row) == RunnerState.Running) running++;
            switch (StatusOf(row, reading))
            {
                case SystemStatus.Ok: ok++; break;
                case SystemStatus.Degraded: degraded++; break;
                default: blocked++; break;
            }
        }

        return Task.FromResult(new BotCounts(_rows.Count, running, ok, degraded, blocked, [.. tiers]));
    }

    public Task<ImmutableArray<string>> FindExpired(bool starts) => Task.FromResult<ImmutableArray<string>>(
    [
        .. _rows.Values.Where(r => starts
                ? r.Bot.Runner.State == RunnerState.Starting && time.GetElapsedTime(r.ReceivedAt).TotalMilliseconds >= r.Bot.StartValidForMs
                : r.Bot.Trouble is { Unsettled: true } || (r.Bot.Runner.State is RunnerState.Starting or RunnerState.Running && !LeaseLive(r)))
            .Select(r => r.Bot.BotId),
    ]);

    public Task<ImmutableArray<string>> FindLostHolding() => Task.FromResult<ImmutableArray<string>>(
        [.. _rows.Values.Where(r => r.Bot.Trouble is { LostHolding: true }).Select(r => r.Bot.BotId)]);

    private BotView View(Row row, NodeGateReading reading)
    {
        var readiness = Readiness(row, reading);
        return new BotView
        {
            BotId = row.Bot.BotId,
            Spec = row.Bot.Spec,
            Readiness = readiness.Status,
            Blockers = readiness.Blockers,
            PathToOk = readiness.PathToOk,
            Tier = row.Bot.Tier,
            Score = row.Bot.Score,
            Runner = row.Bot.Runner with
            {
                State = Runner(row),
                Directive = LeaseLive(row) && row.Bot.Gate is { } report ? DirectivePolicy.Of(DirectivePolicy.Decide(reading, report, leaseLive: true, row.Bot.Live.Armed).State) : null,
                Heard = LeaseLive(row) ? row.Bot.Runner.Heard : null,
            },
            Kill = row.Bot.Kill,
            Live = row.Bot.Live,
            RegisteredAt = row.Bot.RegisteredAt,
            Generation = row.Bot.Generation,
        };
    }

    private BotReadiness Readiness(Row row, NodeGateReading reading) => BotReadinessPolicy.Evaluate(
        new BotFacts(row.Bot.BotId, row.Bot.Spec, row.Bot.Tier, row.Bot.Kill, row.Bot.Live, Runner(row), Trouble(row)), reading, row.Bot.Spec.Mode, time.GetUtcNow());

    private RunnerTrouble Trouble(Row row) => row.Bot.Trouble is { } trouble
        ? trouble with { RestartingForMs = Math.Max(0, trouble.RestartingForMs - (long)time.GetElapsedTime(row.ReceivedAt).TotalMilliseconds) }
        : RunnerTrouble.None;

    /// <summary>As <see cref="Readiness"/>, without its words: they alone need the time, and to write them for every bot costs a count its speed.</summary>
    private SystemStatus StatusOf(Row row, NodeGateReading reading)
    {
        var (runner, restarting) = (Runner(row), Trouble(row).RestartingForMs > 0);
        if (row.Evaluated is { } known && known == new Evaluated(known.Status, reading, runner, restarting)) return known.Status;
        var status = Readiness(row, reading).Status;
        row.Evaluated = new Evaluated(status, reading, runner, restarting);
        return status;
    }

    private RunnerState Runner(Row row) =>
        row.Bot.Runner.State is RunnerState.Starting or RunnerState.Running && !LeaseLive(row) ? RunnerState.Lost : row.Bot.Runner.State;

    private bool LeaseLive(Row row) => time.GetElapsedTime(row.ReceivedAt).TotalMilliseconds < row.Bot.LeaseValidForMs;
}
