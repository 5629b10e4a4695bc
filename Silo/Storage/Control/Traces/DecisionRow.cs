using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Traces.Policy;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control.Traces;

/// <summary>A row of <c>decision_traces</c>.</summary>
internal sealed class DecisionRow : PageRow
{
    private static readonly ColumnList s_read = new(
        "decision_id, occurred_at, symbol, action, rationale, variables, confidence, model, trade_id, trace_id, gate_epoch, gate_version");

    private static readonly ColumnList s_inserted = new(s_read.Names + ", received_at, bot_id");

    // A decision's trade is the one that it names, or that names it; none is empty. SQLite tells no type of an expression that is null, and Dapper would compile
    // its reader again whenever that changes.
    public static string Select { get; } =
        $"SELECT d.id AS row_id, d.occurred_at AS row_at, {s_read.Of("d")}, COALESCE(d.trade_id, " +
        "(SELECT t.trade_id FROM trade_log t WHERE t.bot_id = d.bot_id AND t.decision_id = d.decision_id ORDER BY t.id LIMIT 1), '') AS related_trade_id FROM decision_traces d";

    public static string Insert { get; } = $"INSERT INTO decision_traces ({s_inserted.Names}) VALUES ({s_inserted.Values})";

    public string BotId { get; init; } = "";
    public string DecisionId { get; init; } = "";
    public Instant OccurredAt { get; init; }
    public string Symbol { get; init; } = "";
    public string Action { get; init; } = "";
    public string? Rationale { get; init; }
    public string Variables { get; init; } = "";
    public double? Confidence { get; init; }
    public string? Model { get; init; }
    public string? TradeId { get; init; }
    public string? TraceId { get; init; }
    public long? GateEpoch { get; init; }
    public long? GateVersion { get; init; }
    public Instant? ReceivedAt { get; init; }
    public string RelatedTradeId { get; init; } = "";

    public static DecisionRow Of(string botId, DecisionTrace d) => new()
    {
        BotId = botId,
        DecisionId = d.DecisionId,
        OccurredAt = d.OccurredAt,
        Symbol = d.Symbol,
        Action = d.Action,
        Rationale = d.Rationale,
        Variables = TraceVariables.ToJson(d.Variables),
        Confidence = d.Confidence,
        Model = d.Model,
        TradeId = d.TradeId,
        TraceId = d.TraceId,
        GateEpoch = d.GateEpoch,
        GateVersion = d.GateVersion,
        ReceivedAt = d.ReceivedAt,
    };

    public DecisionTrace Decision() => new(
        DecisionId, OccurredAt, Symbol, Action, Rationale, TraceVariables.FromJson(Variables), Confidence, Model, TradeId, TraceId, GateEpoch, GateVersion);
}
