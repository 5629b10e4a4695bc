using System.Collections.Immutable;

namespace ControlPlane.Abstractions;

/// <summary>The six autonomy gates, in the order they are shown.</summary>
public static class GateNames
{
    public const string DataFeeds = "dataFeedsHealthy";
    public const string Broker = "brokerConnected";
    public const string Llm = "llmConnected";
    public const string SupervisorLoop = "supervisorLoopActive";
    public const string TimeoutWorker = "timeoutWorkerActive";
    public const string RiskEngine = "riskEngineConnected";

    public static ImmutableArray<string> All { get; } = [DataFeeds, Broker, Llm, SupervisorLoop, TimeoutWorker, RiskEngine];

    /// <summary>The gate that a category of providers feeds, or null.</summary>
    public static string? ForCategory(string category) => category switch
    {
        "market_data" => DataFeeds,
        "broker" => Broker,
        "llm" => Llm,
        _ => null,
    };
}

/// <summary>The components that prove progress to the gate.</summary>
public static class ComponentNames
{
    public const string Supervisor = "supervisor";
    public const string TimeoutWorker = "timeout_worker";
    public const string RiskEngine = "risk_engine";
}
