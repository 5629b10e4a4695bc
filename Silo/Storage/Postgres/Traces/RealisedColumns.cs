using ControlPlane.Grains.Risk.Losses;

namespace ControlPlane.Silo.Storage.Postgres.Traces;

/// <summary>How realised trades are summed.</summary>
internal static class RealisedColumns
{
    /// <summary>The currency of a sum: that of the sums where the trade has a rate. Ordered by bytes, as the other store does.</summary>
    public const string Currency = $"(CASE WHEN rate IS NULL THEN currency ELSE '{RealisedPart.OfSums}' END) COLLATE \"C\"";
}
