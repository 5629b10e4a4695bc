using System.Collections.Immutable;
using System.Diagnostics;
using ControlPlane.Abstractions;

namespace ControlPlane.SampleBots.Running;

/// <summary>One look at the market, from its beginning to its one outcome. Everything in it shares a trace id with the calls to
/// providers that were made for it.</summary>
internal sealed class BotCycle(string symbol, ActivityTraceId traceId, DateTimeOffset at)
{
    private readonly string _id = Guid.CreateVersion7(at).ToString("N");
    private bool _looked;
    private bool _failed;
    private int _signals;
    private int _survived;
    private int _sent;
    private int _filled;

    public string TraceId { get; } = traceId.ToHexString();

    public DateTimeOffset At { get; } = at;

    /// <summary>Why nothing was traded; empty when something was, or when there was nothing to say.</summary>
    public ImmutableArray<NoTradeReason> Reasons { get; private set; } = [];

    public void Looked() => _looked = true;

    public void Signal() => _signals = 1;

    /// <summary>The order got past the gateway, or may have.</summary>
    public void Passed() => (_survived, _sent) = (1, 1);

    /// <summary>A fill of an order that an earlier cycle sent is not this one's.</summary>
    public void Filled() => _filled = _sent;

    public void NoTrade(ImmutableArray<NoTradeReason> reasons) => Reasons = reasons;

    public void NoTrade(string code, string rule, decimal? threshold, decimal? actual, string? detail) =>
        Reasons = [new NoTradeReason(code, rule, threshold, actual, detail)];

    /// <summary>It broke off.</summary>
    public void Fail(string code, string rule, string detail)
    {
        (_looked, _failed) = (true, true);
        NoTrade(code, rule, null, null, detail);
    }

    /// <summary>Nothing could have been opened either.</summary>
    public void AlsoHeldBack(ImmutableArray<NoTradeReason> reasons) => Reasons = [.. reasons, .. Reasons];

    /// <summary>Null when it did not even come to look.</summary>
    public CycleTrace? Trace() => !_looked ? null : new CycleTrace(
        _id, At, _sent > 0 ? CycleEnd.Traded : _failed ? CycleEnd.Error : _signals > 0 ? CycleEnd.Suppressed : CycleEnd.NoSignal,
        _signals, _survived, _sent, _filled, TraceId);

    public NoTradeTrace? NoTradeTrace() => Reasons.IsEmpty ? null : new NoTradeTrace($"{_id}-no", At, symbol, Reasons, TraceId);
}
