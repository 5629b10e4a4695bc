namespace ControlPlane.Dashboard.Views.Connections;

/// <summary>The contract's categories in people's words.</summary>
public static class CategoryNames
{
    public static string Of(string category) => category switch
    {
        "market_data" => "Market data",
        "broker" => "Broker",
        "llm" => "LLM",
        "notification" => "Notification",
        "storage" => "Storage",
        _ => "Other",
    };
}
