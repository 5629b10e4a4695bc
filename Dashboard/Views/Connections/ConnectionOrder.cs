using ControlPlane.Contracts;

namespace ControlPlane.Dashboard.Views.Connections;

/// <summary>A row with how it stands.</summary>
public readonly record struct ConnectionRow(IntegrationRow Row, ConnectionStatus ConnectionStatus);

/// <summary>Filters and orders connections; worst first unless asked otherwise.</summary>
public static class ConnectionOrder
{
    public const string Default = "connected";

    public static bool Matches(IntegrationRow row, string query) =>
        query.Length == 0
        || row.Name.Contains(query, StringComparison.OrdinalIgnoreCase)
        || row.Provider.Contains(query, StringComparison.OrdinalIgnoreCase)
        || CategoryNames.Of(row.Category).Contains(query, StringComparison.OrdinalIgnoreCase)
        || (row.LastUsedByBotId?.Contains(query, StringComparison.OrdinalIgnoreCase) ?? false);

    /// <summary>Equal rows stand in the order of their ids, so that nothing jumps.</summary>
    public static int Compare(ConnectionRow one, ConnectionRow other, string sort, bool descending)
    {
        var order = By(one, other, sort);
        if (descending) order = -order;
        return order != 0 ? order : string.CompareOrdinal(one.Row.Provider, other.Row.Provider);
    }

    private static int By(ConnectionRow a, ConnectionRow b, string sort) => sort switch
    {
        "provider" => string.Compare(a.Row.Name, b.Row.Name, StringComparison.OrdinalIgnoreCase),
        "category" => string.CompareOrdinal(a.Row.Category, b.Row.Category),
        "configured" => a.Row.Configured.CompareTo(b.Row.Configured),
        "verified" => Nullable.Compare(b.Row.LastVerifiedAt, a.Row.LastVerifiedAt),
        "used" => Nullable.Compare(b.Row.LastUsedAt, a.Row.LastUsedAt),
        "bots" => string.CompareOrdinal(a.Row.LastUsedByBotId ?? "~", b.Row.LastUsedByBotId ?? "~"),
        "proof" => Nullable.Compare(b.Row.ProofOfUseCount24h, a.Row.ProofOfUseCount24h),
        _ => a.ConnectionStatus.CompareTo(b.ConnectionStatus),
    };
}
