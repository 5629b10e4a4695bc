using System.Net;

namespace ControlPlane.Silo.Hosting.Cluster;

/// <summary>The columns of a membership row that decide whether this process may join.</summary>
/// <param name="AliveAt">When the silo last said in the table that it lives.</param>
internal sealed record SiloRow(IPEndPoint Endpoint, int Generation, string Name, DateTimeOffset AliveAt);

/// <summary>Why this process must not join the cluster of its database.</summary>
internal sealed class PlaceTakenException(string message) : Exception(message);

/// <summary>Whether a silo may join: nobody who lives holds its address, and an all-in-one process has all silos on its own host.</summary>
/// <remarks>A row alone proves no life: a killed silo leaves one. On this host the port tells, at once. Elsewhere only the table does: a silo that
/// lives renews its row every <see cref="Membership.AliveEvery"/>, so that one renewal is waited for.</remarks>
internal static class SiloPlace
{
    /// <summary>Rows whose silo could stand in the way, if it lives.</summary>
    public static IReadOnlyList<SiloRow> Doubtful(IEnumerable<SiloRow> rows, IPEndPoint self, bool allInOne) =>
        [.. rows.Where(row => row.Endpoint.Equals(self) || (allInOne && !HostMark.IsHere(row.Name)))];

    /// <summary>What to do about a row whose silo lives.</summary>
    public static string Explain(SiloRow row, IPEndPoint self) => row.Endpoint.Equals(self)
        ? $"The address {self} belongs to a silo of this database that is alive ({row.Name}). Give this process another one with ControlPlane__Silo__Address and ControlPlane__Silo__Port, or another database."
        : $"The cluster of this database has a silo on another host ({row.Endpoint}), and an all-in-one process joins only silos of its own host. Run Silo, and Api with ControlPlane__Role=FrontEnd, or use another database.";
}
