using System.Collections.Concurrent;
using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Suspension;

namespace ControlPlane.Grains.Gates.Node;

/// <summary>The gate as this node knows it. One writer (the follower), any number of readers, no lock: a flip is one reference swap.</summary>
public sealed class NodeGate : IGate
{
    private readonly TimeProvider _time;
    private readonly SuspensionWatch? _suspension;
    private readonly ConcurrentDictionary<string, BotCell> _bots = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _forcedBots = new(StringComparer.Ordinal);
    private volatile View? _view;
    private volatile GateRefusal _refusal;
    private volatile KillSwitch? _forced;

    /// <summary>Raised before the gate's answer is applied, so that its kills are kept and its released kills are dropped.</summary>
    internal event Action<GateUpdate>? Heard;

    /// <summary>True from a suspension until everything was received again.</summary>
    private volatile bool _unknown;

    /// <param name="suspension">Null where the host's clocks are not watched.</param>
    public NodeGate(TimeProvider time, SuspensionWatch? suspension = null)
    {
        (_time, _suspension) = (time, suspension);
        if (suspension is not null) suspension.Suspended += OnSuspended;
    }

    /// <summary>Raised after another decision was taken over, and when the lease was lost by <see cref="Close"/> or came back.
    /// That a lease runs out by itself raises nothing. Handlers run in the follower's loop: they hand over and return.</summary>
    public event Action? Changed;

    /// <summary>What the follower last took over, and until when it counts.</summary>
    /// <param name="Deadline">On this process' monotonic clock.</param>
    internal sealed record View(GateSnapshot System, GatePosition Position, long Deadline, DateTimeOffset HeardAt);

    /// <summary>The last decision received, of any age; before showing it check <see cref="NodeGateReading.ValidForMs"/>.</summary>
    public NodeGateReading Read()
    {
        _suspension?.Look();
        var suspended = _suspension?.Standing;
        return _view is { } view
            ? new(Shown(view.System), _unknown ? default : view.Position, RemainingMs(view.Deadline), view.HeardAt) { Refusal = _refusal, Suspended = suspended }
            : new(null, default, 0, null) { Refusal = _refusal, Suspended = suspended };
    }

    public GateAnswer Check()
    {
        var view = _view;
        if (view is null) return GateAnswer.Closed;
        var remaining = RemainingMs(view.Deadline);
        return remaining <= 0
            ? new(TradingState.Halted, view.System.Epoch, view.System.Version, 0)
            : new(
                _forced is null ? view.System.TradingState : TradingState.Halted, view.System.Epoch, view.System.Version, remaining, MayReduce: _forced is null && !view.System.Kill.Engaged);
    }

    /// <summary>A question about an unknown bot keeps nothing in memory.</summary>
    public IBotGate For(string botId, long leaseEpoch) => new BotGate(this, botId, leaseEpoch);

    /// <summary>Takes over an answer. Only a larger position counts, or an equal one as a renewal; anything else is ignored.</summary>
    /// <param name="sentAt">Timestamp of the moment before the request was sent.</param>
    internal bool Apply(GateUpdate update, long sentAt)
    {
        var known = _view;
        if (known is not null && !update.Position.Covers(known.Position)) return false;
        var newEpoch = known is null || update.Position.Epoch != known.Position.Epoch;
        if ((newEpoch || _unknown) && (update.System is null || !update.BotsComplete)) return false;
        var system = update.System ?? known!.System;
        var wasForced = _forced is not null;
        Heard?.Invoke(update);
        if (update.BotsComplete)
        {
            var present = update.Bots.Select(b => b.BotId).ToHashSet(StringComparer.Ordinal);
            foreach (var (id, cell) in _bots)
            {
                if (!present.Contains(id)) Forget(id, cell);
            }
        }

        foreach (var bot in update.Bots)
        {
            if (!bot.Gone) _bots.GetOrAdd(bot.BotId, static _ => new BotCell()).Entry = StateOf(bot, sentAt);
            else if (_bots.TryGetValue(bot.BotId, out var cell)) Forget(bot.BotId, cell);
        }

        _refusal = GateRefusal.None;
        _unknown = false;
        _view = new View(system, update.Position, Deadline(sentAt, update.ValidForMs), _time.GetUtcNow());
        var moved = newEpoch || update.Position.Version != known!.Position.Version || wasForced != _forced is not null;
        if (_suspension?.Standing is not null) Close();
        else if (moved || RemainingMs(known!.Deadline) == 0) Changed?.Invoke();
        return true;
    }

    /// <summary>Bots whose runner's lease is live as far as this node knows.</summary>
    internal int LiveLeases() => _bots.Values.Count(cell => cell.Entry is { } state && RemainingMs(state.Deadline) > 0);

    /// <summary>Whether the bot's runner holds a live lease as far as this node knows.</summary>
    internal bool HasLiveLease(string botId) => _bots.TryGetValue(botId, out var cell) && cell.Entry is { } state && RemainingMs(state.Deadline) > 0;

    /// <summary>Force closed, whatever the gate answers: this node knows of a kill and not of its release.</summary>
    internal void ForceClosed(KillOrder order)
    {
        if (order.BotId is null)
        {
            _forced = new KillSwitch(true, order.Reason, order.By.Name, order.AskedAt, Durable: false);
            Changed?.Invoke();
            return;
        }

        _forcedBots[order.BotId] = 0;
        if (_bots.TryGetValue(order.BotId, out var cell) && cell.Entry is { } state) cell.Entry = state with { Bot = Killed(state.Bot) };
    }

    /// <summary>Ends a forced closing.</summary>
    /// <param name="botId">Null for everything.</param>
    /// <param name="heard">True when the gate's answer that is being applied has the release. Else the known state may be from before the kill, and
    /// the gate's next answer counts.</param>
    internal void Clear(string? botId, bool heard)
    {
        if (botId is not null)
        {
            _forcedBots.TryRemove(botId, out _);
            return;
        }

        _forced = null;
        if (!heard) Close();
    }

    private GateSnapshot Shown(GateSnapshot system) => _forced is { } kill ? HeldDecision.Of(system, kill) : system;

    private BotCell.State StateOf(BotGateEntry bot, long sentAt) => new(
        _forcedBots.ContainsKey(bot.BotId) ? Killed(bot) : bot, Deadline(sentAt, bot.ValidForMs), bot.OpenForMs is { } open ? Deadline(sentAt, open) : long.MaxValue);

    private static BotGateEntry Killed(BotGateEntry bot) => bot with { TradingState = TradingState.Halted, Codes = [Codes.KillSwitchEngaged], Exits = false };

    /// <summary>Closes at once, without hearing from anyone. The next answer of the gate opens it again.</summary>
    internal void Close()
    {
        if (_view is not { } view) return;
        _view = view with { Deadline = long.MinValue };
        Changed?.Invoke();
    }

    /// <summary>Nothing received before the host slept counts. Leases of bots too must be received again.</summary>
    private void OnSuspended()
    {
        _unknown = true;
        foreach (var (id, cell) in _bots) Forget(id, cell);
        Close();
    }

    /// <summary>Closes at once, and says why, until the gate takes this node.</summary>
    internal void Refuse(GateRefusal refusal)
    {
        _refusal = refusal;
        Close();
    }

    /// <summary>A cell that is let go says so for good: gates that keep it look again.</summary>
    private void Forget(string botId, BotCell cell)
    {
        _bots.TryRemove(botId, out _);
        cell.Entry = null;
    }

    private long Deadline(long sentAt, long validForMs) => sentAt + (long)(Math.Max(0, validForMs) / 1000d * _time.TimestampFrequency);

    private long RemainingMs(long deadline)
    {
        if (deadline == long.MaxValue) return long.MaxValue;
        var ticks = deadline == long.MinValue ? 0 : deadline - _time.GetTimestamp();
        return ticks <= 0 ? 0 : ticks * 1000 / _time.TimestampFrequency;
    }

    /// <summary>The place where one bot's entry is swapped; kept by every gate object of that bot.</summary>
    private sealed class BotCell
    {
        private volatile State? _entry;

        public State? Entry
        {
            get => _entry;
            set => _entry = value;
        }

        /// <param name="OpenUntil">From then on nothing is opened.</param>
        internal sealed record State(BotGateEntry Bot, long Deadline, long OpenUntil);
    }

    private sealed class BotGate(NodeGate node, string botId, long leaseEpoch) : IBotGate
    {
        private BotCell? _cell;

        /// <summary>The cell that was found last serves until it is let go; only then is the bot looked up again.</summary>
        private BotCell.State? State()
        {
            if (_cell?.Entry is { } state) return state;
            return node._bots.TryGetValue(botId, out _cell) ? _cell.Entry : null;
        }

        public GateAnswer Check()
        {
            var system = node.Check();
            var state = State();
            if (state is null || state.Bot.LeaseEpoch != leaseEpoch) return system with { TradingState = TradingState.Halted, MayReduce = false };
            var lease = node.RemainingMs(state.Deadline);
            if (system.ValidForMs <= 0) return system with { LeaseForMs = lease };
            if (lease <= 0) return system with { TradingState = TradingState.Halted, MayReduce = false, ValidForMs = 0 };
            var trading = state.Bot.TradingState < system.TradingState ? state.Bot.TradingState : system.TradingState;
            var validFor = Math.Min(lease, system.ValidForMs);
            if (trading == TradingState.Active && state.OpenUntil != long.MaxValue)
            {
                var open = node.RemainingMs(state.OpenUntil);
                if (open <= 0) trading = TradingState.Reducing;
                else validFor = Math.Min(validFor, open);
            }

            return system with { TradingState = trading, MayReduce = system.MayReduce && state.Bot.Exits, ValidForMs = validFor, LeaseForMs = lease };
        }

        public ImmutableArray<string> Explain()
        {
            if (node.Check().ValidForMs <= 0) return [node._suspension?.Standing is null ? Codes.GateLeaseExpired : Codes.HostSuspended];
            var state = State();
            if (state is null) return [Codes.RunnerDown];
            if (state.Bot.LeaseEpoch != leaseEpoch || node.RemainingMs(state.Deadline) <= 0) return [Codes.LeaseFenced];
            return state.Bot.TradingState == TradingState.Active && node.RemainingMs(state.OpenUntil) <= 0 ? [Codes.LiveNotArmed] : state.Bot.Codes;
        }
    }
}

/// <summary>A node's knowledge of the gate at one moment.</summary>
/// <param name="Snapshot">Null when nothing was ever received.</param>
/// <param name="ValidForMs">0 when the node's lease has run out: the snapshot is then history.</param>
/// <param name="HeardAt">Wall clock, for display.</param>
public sealed record NodeGateReading(GateSnapshot? Snapshot, GatePosition Position, long ValidForMs, DateTimeOffset? HeardAt)
{
    /// <summary>Why the gate does not take this node, if it does not.</summary>
    public GateRefusal Refusal { get; init; }

    /// <summary>Set for one lease after this node's host has slept: it is closed for as long.</summary>
    public Reason? Suspended { get; init; }

    /// <summary>Why the node has no valid lease, when it has none.</summary>
    public string ClosedCode => Suspended?.Code ?? Codes.GateLeaseExpired;

    public bool IsLive => Snapshot is not null && ValidForMs > 0;
}
