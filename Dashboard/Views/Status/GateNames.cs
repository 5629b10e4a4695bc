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

    /// <summary>0 for one that is configured and not well, 1 for one that holds, 2 for one that is not there. One that nobody can verify is not sick.</summary>
    public static int Sickness(IntegrationRow row) => row.State switch
    {
        ProviderState.Degraded => 0,
        ProviderState.ConfiguredNotConnected => row.SupportsVerify ? 0 : 2,
        ProviderState.Connected => 1,
        _ => 2,
    };

    /// <summary>What a person is to look at comes first; worse before bad.</summary>
    public static IEnumerable<string> SickFirst(IEnumerable<string> providers, IReadOnlyDictionary<string, IntegrationRow> rows) => providers
        .OrderBy(id => rows.TryGetValue(id, out var row) ? Sickness(row) : 2)
        .ThenBy(id => rows.TryGetValue(id, out var row) ? row.State : ProviderState.NotConfigured);

    public static (string Word, Tone Tone, Glyph Shape) Mark(GateRow gate) => gate switch
    {
        { Healthy: true, Degraded: true } => ("degraded", Tone.Degraded, Glyph.Bang),
        { Healthy: true } => ("holds", Tone.Ok, Glyph.Tick),
        { Status: GateStatus.False } => ("fails", Tone.Blocked, Glyph.Cross),
        _ => ("unknown", Tone.Unknown, Glyph.Dash),
    };
}
