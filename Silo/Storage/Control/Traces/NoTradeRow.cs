using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control.Traces;

/// <summary>A row of <c>no_trade_traces</c>: equal no-trades that came one after the other.</summary>
internal sealed class NoTradeRow : PageRow
{
    public string NoTradeId { get; init; } = "";
    public string? Symbol { get; init; }
    public string FoldKey { get; init; } = "";
    public long Count { get; init; }
    public Instant FirstAt { get; init; }
    public Instant LastAt { get; init; }
    public string? TraceId { get; init; }

    public RecordedNoTrade Recorded(ImmutableArray<NoTradeReason> reasons) => new(NoTradeId, Symbol, reasons, Count, FirstAt, LastAt, TraceId);
}

/// <summary>A row of <c>no_trade_reasons</c>.</summary>
internal sealed class NoTradeReasonRow
{
    public long NoTrade { get; init; }
    public int Place { get; init; }
    public string Code { get; init; } = "";
    public string? Rule { get; init; }
    public Amount? Threshold { get; init; }
    public Amount? Actual { get; init; }
    public string? Detail { get; init; }

    public NoTradeReason Reason() => new(Code, Rule, Threshold, Actual, Detail);
}
