using ControlPlane.Contracts;
using ControlPlane.Dashboard.Components;

namespace ControlPlane.Dashboard.Views.Connections;

/// <summary>How a connection stands, worst first.</summary>
public enum ConnectionStatus
{
    /// <summary>Something needs it, and it is not connected.</summary>
    Blocked,
    NotConnected,
    Degraded,
    Unavailable,
    NotConfigured,
    NotVerifiable,
    Connected,
}

/// <summary>Tells how a connection stands, from its row and from what the system misses.</summary>
public static class ConnectionStatusPolicy
{
    /// <summary>Nobody could read the row's state: nothing is claimed for it.</summary>
    public static bool IsUnavailable(this IntegrationRow row) => row.Unavailable.Any(field => field.Field == "state");

    public static ConnectionStatus Of(IntegrationRow row, IReadOnlySet<string> needed)
    {
        if (row.IsUnavailable()) return ConnectionStatus.Unavailable;

        // Nobody can prove its key: that degrades who needs it, and tells nothing against it elsewhere.
        if (row is { SupportsVerify: false, Configured: true }) return needed.Contains(row.Provider) ? ConnectionStatus.Degraded : ConnectionStatus.NotVerifiable;
        if (!row.Connected && (row.Required || needed.Contains(row.Provider))) return ConnectionStatus.Blocked;
        return row.State switch
        {
            ProviderState.NotConfigured => ConnectionStatus.NotConfigured,
            ProviderState.ConfiguredNotConnected => ConnectionStatus.NotConnected,
            ProviderState.Degraded => ConnectionStatus.Degraded,
            _ => ConnectionStatus.Connected,
        };
    }

    /// <summary>Providers that a blocker of the system names, or a bot requires.</summary>
    public static IReadOnlySet<string> Needed(SystemStatusAnswer? system, IEnumerable<BotRow> bots) =>
        (system?.Blockers ?? [])
            .Where(blocker => blocker is { Severity: Severity.Blocked, Provider: not null })
            .Select(blocker => blocker.Provider!)
            .Concat(bots.SelectMany(bot => bot.Requires))
            .ToHashSet(StringComparer.Ordinal);

    /// <summary>Word of the filter.</summary>
    public static string Word(this ConnectionStatus status) => status switch
    {
        ConnectionStatus.NotConnected => "Not connected",
        ConnectionStatus.NotConfigured => "Not configured",
        ConnectionStatus.NotVerifiable => "Can't be verified",
        _ => status.ToString(),
    };

    /// <summary>Key in the page's address.</summary>
    public static string Key(this ConnectionStatus status) => status switch
    {
        ConnectionStatus.NotConnected => "not-connected",
        ConnectionStatus.NotConfigured => "not-configured",
        ConnectionStatus.NotVerifiable => "not-verifiable",
        _ => status.ToString().ToLowerInvariant(),
    };

    public static ConnectionStatus? Parse(string? key)
    {
        foreach (var status in Enum.GetValues<ConnectionStatus>())
        {
            if (status.Key() == key) return status;
        }

        return null;
    }

    /// <summary>The pill: the word of the row's own state, in the tone of the connection's status.</summary>
    public static (string Word, Tone Tone, Glyph Shape) Pill(IntegrationRow row, ConnectionStatus status) => (status, row.State) switch
    {
        (ConnectionStatus.Unavailable, _) => ("Unavailable", Tone.Unknown, Glyph.Diamond),
        (ConnectionStatus.NotVerifiable, _) => ("Can't be verified", Tone.Info, Glyph.Dash),
        (ConnectionStatus.Degraded, ProviderState.ConfiguredNotConnected) => ("Can't be verified", Tone.Degraded, Glyph.Triangle),
        (ConnectionStatus.Blocked, ProviderState.NotConfigured) => ("Not configured", Tone.Blocked, Glyph.Octagon),
        (_, ProviderState.NotConfigured) => ("Not configured", Tone.None, Glyph.Dashed),
        (_, ProviderState.ConfiguredNotConnected) => ("Not connected", Tone.Blocked, Glyph.Octagon),
        (_, ProviderState.Degraded) when row.IsLimited() => ("Limited key", Tone.Degraded, Glyph.Triangle),
        (_, ProviderState.Degraded) => ("Degraded", Tone.Degraded, Glyph.Triangle),
        _ => ("Connected", Tone.Ok, Glyph.Disc),
    };
}
