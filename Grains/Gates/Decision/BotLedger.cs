using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Policy;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>The bots' own reports to the gate, and the entries that nodes get. Every change of an entry has a number.</summary>
internal sealed class BotLedger(TimeProvider time)
{
    private readonly Dictionary<string, Bot> _bots = new(StringComparer.Ordinal);
    private long _forgottenUpTo;

    /// <summary>Number of the newest change.</summary>
    public long Position { get; private set; }

    private sealed class Bot
    {
        public required BotGateReport Report { get; set; }
        public long ReceivedAt { get; set; }
        public TradingState State { get; set; }
        public ImmutableArray<string> Codes { get; set; } = [];
        public bool Exits { get; set; }

        /// <summary>The lease is from before the system's fence was raised: for nodes it has run out.</summary>
        public bool Fenced { get; set; }
        public bool Gone { get; set; }
        public long Position { get; set; }

        /// <summary>What the present evaluation rests on besides the report; null before the first.</summary>
        public Grounds? On { get; set; }
    }

    private sealed record Grounds(GateSnapshot? System, bool LeaseLive, bool Armed);

    /// <summary>Takes over a report; an older one of the same activation is ignored.</summary>
    public void Record(BotGateReport report, GateSnapshot? system)
    {
        if (!_bots.TryGetValue(report.BotId, out var bot)) _bots[report.BotId] = bot = new Bot { Report = report };
        else if (bot.Report.Activation == report.Activation && report.Sequence <= bot.Report.Sequence) return;
        bot.Report = report;
        bot.ReceivedAt = time.GetTimestamp();
        Evaluate(bot, system, always: true);
    }

    /// <summary>Evaluates every bot against a new decision, and forgets the leases that a raised fence has voided.</summary>
    public void EvaluateAll(GateSnapshot system)
    {
        foreach (var bot in _bots.Values) Evaluate(bot, system, always: false);
    }

    /// <summary>No bot is armed for LIVE any more, until it reports it again.</summary>
    public void DisarmLive()
    {
        foreach (var bot in _bots.Values) bot.Report = bot.Report with { LiveArmedForMs = 0 };
    }

    /// <summary>Entries that changed after <paramref name="known"/>, or all when the reader is new or too far behind.</summary>
    public (bool Complete, ImmutableArray<BotGateEntry> Entries) Since(long known, bool sameEpoch)
    {
        var complete = !sameEpoch || known < _forgottenUpTo;
        return (complete, [.. _bots.Values.Where(b => complete ? !b.Gone : b.Position > known).Select(Entry)]);
    }

    /// <summary>Runners with a live lease that got, in a heartbeat's answer, everything up to
    /// <paramref name="position"/>, and all with a live lease.</summary>
    public Acknowledgements Runners(GatePosition position)
    {
        var live = LiveRunners(position);
        return new(live.Count(r => r.Heard), live.Length);
    }

    public ImmutableArray<(string BotId, string RunnerId, bool Heard)> LiveRunners(GatePosition position) =>
    [
        .. _bots.Values.Where(b => LeaseLeft(b) > TimeSpan.Zero)
            .Select(b => (b.Report.BotId, b.Report.RunnerId ?? "", b.Report.HeartbeatSaw?.Covers(position) ?? false)),
    ];

    /// <summary>Bots whose runner was lost while they held a position, or may have, in the order of their ids.</summary>
    public ImmutableArray<LostRunner> LostHolding() =>
    [
        .. _bots.Values.Where(b => b.Report.LostHoldingSince is not null).OrderBy(b => b.Report.BotId, StringComparer.Ordinal)
            .Select(b => new LostRunner(b.Report.BotId, b.Report.LostHoldingSince!.Value)),
    ];

    /// <summary>Drops what has been gone for a while.</summary>
    public void Prune()
    {
        foreach (var (id, bot) in _bots.Where(b => b.Value.Gone && b.Value.Report.LostHoldingSince is null && time.GetElapsedTime(b.Value.ReceivedAt) > TimeSpan.FromMinutes(1)).ToArray())
        {
            _forgottenUpTo = Math.Max(_forgottenUpTo, bot.Position);
            _bots.Remove(id);
        }
    }

    private void Evaluate(Bot bot, GateSnapshot? system, bool always)
    {
        var leaseLive = LeaseLeft(bot) > TimeSpan.Zero;
        var armed = TimeSpan.FromMilliseconds(bot.Report.LiveArmedForMs) > time.GetElapsedTime(bot.ReceivedAt);

        // Its inputs have not changed. With thousands of bots that is so for most bots in most rounds.
        if (!always && bot.On is { } on && ReferenceEquals(on.System, system) && on.LeaseLive == leaseLive && on.Armed == armed) return;
        bot.On = new Grounds(system, leaseLive, armed);
        var gone = !leaseLive && !bot.Report.Killed;
        var fenced = system is not null && bot.Report.Fence != system.Fence;
        var (state, codes, exits) = system is null
            ? new(TradingState.Halted, [Codes.GateLeaseExpired], Exits: false)
            : BotGatePolicy.Decide(system, bot.Report, leaseLive, armed);
        if (!always && state == bot.State && exits == bot.Exits && fenced == bot.Fenced && gone == bot.Gone && codes.SequenceEqual(bot.Codes)) return;
        bot.State = state;
        bot.Codes = codes;
        bot.Exits = exits;
        bot.Fenced = fenced;
        bot.Gone = gone;
        bot.Position = ++Position;
    }

    private TimeSpan LeaseLeft(Bot bot) => TimeSpan.FromMilliseconds(bot.Report.LeaseValidForMs) - time.GetElapsedTime(bot.ReceivedAt);

    private BotGateEntry Entry(Bot bot)
    {
        var left = bot.Fenced ? TimeSpan.Zero : LeaseLeft(bot);

        // LIVE ends by itself on the reader's clock too, for what opens alone.
        long? openFor = bot.Report.Live && bot.State == TradingState.Active ? Left(TimeSpan.FromMilliseconds(bot.Report.LiveArmedForMs) - time.GetElapsedTime(bot.ReceivedAt)) : null;
        return new(bot.Report.BotId, bot.Report.LeaseEpoch, Left(left), bot.State, bot.Gone, bot.Codes, bot.Exits, openFor)
        {
            Kill = bot.Report.Kill,
            Kills = bot.Report.Kills,
            ReleasedKills = bot.Report.ReleasedKills,
        };
    }

    private static long Left(TimeSpan time) => Math.Max(0, (long)time.TotalMilliseconds);
}
