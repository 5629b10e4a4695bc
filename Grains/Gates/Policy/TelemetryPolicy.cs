using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Gates.Policy;

/// <summary>Whether proof of use is whole: it is not while any provider's use was lost or cannot be counted.</summary>
internal static class TelemetryPolicy
{
    private const int Named = 3;

    public static Reason? Lost(ImmutableArray<ProviderInput> providers)
    {
        var lost = providers.Where(p => p.Evidence?.TelemetryLost is not null).ToArray();
        if (lost.Length == 0) return null;
        if (lost is [{ Evidence.TelemetryLost: { } only }]) return only;
        var first = lost.Select(p => p.Evidence!.TelemetryLost!).OrderBy(r => r.Code == Codes.TelemetryLost ? 0 : 1).First();
        var names = string.Join(", ", lost.Take(Named).Select(p => p.Id)) + (lost.Length > Named ? $" and {lost.Length - Named} more" : "");
        return first with { Message = $"Use of {names} was lost or cannot be counted.", Since = lost.Min(p => p.Evidence!.TelemetryLost!.Since) };
    }
}
