using System.Collections.Immutable;
using System.Globalization;
using ControlPlane.Grains.Storage.Seals;

namespace ControlPlane.Silo.Storage.Seals;

/// <summary>Marks as both stores keep them.</summary>
internal static class MarkColumns
{
    /// <summary>Marks that are read at most: an operator's confirmations, and what somebody else may have added.</summary>
    public const int Newest = 1_000;

    public static string Forged(StoreMark mark) => string.Join(',', mark.Forged.Select(s => s.ToString(CultureInfo.InvariantCulture)));

    /// <summary>A mark that somebody else wrote may hold anything: it does not verify, whatever it is read as.</summary>
    public static StoreMark Read(long ticks, long auditUpTo, string forged, string mac) => new(
        new DateTimeOffset(Math.Clamp(ticks, 0, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero),
        auditUpTo,
        [.. forged.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(s => long.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)],
        mac);
}
