using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Alerts;

/// <summary>The channels of each severity.</summary>
internal sealed record AlertRouteTable(ImmutableArray<string> Page, ImmutableArray<string> Warn, ImmutableArray<string> Info, ImmutableArray<string> Escalated)
{
    /// <summary>Without routes every channel gets every alert.</summary>
    public static AlertRouteTable Everything(ImmutableArray<string> channels) => new(channels, channels, channels, channels);

    public ImmutableArray<string> For(AlertSeverity severity) => severity switch
    {
        AlertSeverity.Page => Page,
        AlertSeverity.Warn => Warn,
        _ => Info,
    };
}
