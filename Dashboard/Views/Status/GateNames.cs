using ControlPlane.Contracts;
using ControlPlane.Dashboard.Components;

namespace ControlPlane.Dashboard.Views.Status;

/// <summary>The six gates in the contract's order, with the names that people use.</summary>
public static class GateNames
{
    public static IEnumerable<(string Key, string Name, GateRow Row)> All(AutonomyGates gates) =>
    [
        ("dataFeedsHealthy", Plain("dataFeedsHealthy"), gates.DataFeedsHealthy),
        ("brokerConnected", Plain("brokerConnected"), gates.BrokerConnected),
        ("llmConnected", Plain("llmConnected"), gates.LlmConnected),
        ("supervisorLoopActive", Plain("supervisorLoopActive"), gates.SupervisorLoopActive),
        ("timeoutWorkerActive", Plain("timeoutWorkerActive"), gates.TimeoutWorkerActive),
        ("riskEngineConnected", Plain("riskEngineConnected"), gates.RiskEngineConnected),
    ];

    public static string Plain(string key) => key switch
    {
        "dataFeedsHealthy" => "Data feeds healthy",
        "brokerConnected" => "Broker connected",
        "llmConnected" => "LLM connected",
        "supervisorLoopActive" => "Supervisor loop active",
        "timeoutWorkerActive" => "Timeout worker active",
        "riskEngineConnected" => "Risk engine connected",
        _ => key,
    };

    public static (string Word, Tone Tone, Glyph Shape) Mark(GateRow gate) => gate switch
    {
        { Healthy: true, Degraded: true } => ("degraded", Tone.Degraded, Glyph.Bang),
        { Healthy: true } => ("holds", Tone.Ok, Glyph.Tick),
        { Status: GateVerdict.False } => ("fails", Tone.Blocked, Glyph.Cross),
        _ => ("unknown", Tone.Unknown, Glyph.Dash),
    };
}
