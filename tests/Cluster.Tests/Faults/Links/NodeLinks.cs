using System.Net;

namespace ControlPlane.Cluster.Tests.Faults.Links;

/// <summary>Every path of one node: to the database, and from the other silos and the front ends to it.</summary>
internal sealed class NodeLinks(int databasePort) : IAsyncDisposable
{
    /// <summary>Where the node itself listens; the others know it under loopback's first address, where the links are.</summary>
    private static readonly IPAddress s_inside = IPAddress.Parse("127.0.0.2");

    private readonly int _siloPort = ClusterFixture.FreePort();
    private readonly int _gatewayPort = ClusterFixture.FreePort();
    private readonly int _databasePort = ClusterFixture.FreePort();

    /// <summary>From this node to the database.</summary>
    public Link Database { get; private set; } = null!;

    /// <summary>From the other silos to this one; what they have opened serves both.</summary>
    public Link Silo { get; private set; } = null!;

    /// <summary>From the front ends to this silo.</summary>
    public Link Gateway { get; private set; } = null!;

    /// <summary>Opens the paths; the node's settings that lead it there.</summary>
    /// <param name="database">The connection string without links.</param>
    public (string Key, string Value)[] Open(string database)
    {
        Database = Between(_databasePort, new IPEndPoint(IPAddress.Loopback, databasePort));
        Silo = Between(_siloPort, new IPEndPoint(s_inside, _siloPort));
        Gateway = Between(_gatewayPort, new IPEndPoint(s_inside, _gatewayPort));
        return
        [
            ("ConnectionStrings__ControlPlane", database.Replace($"Port={databasePort}", $"Port={_databasePort}", StringComparison.Ordinal)),
            ("ControlPlane__Silo__ListenAddress", $"{s_inside}"), ("ControlPlane__Silo__Port", $"{_siloPort}"), ("ControlPlane__Silo__GatewayPort", $"{_gatewayPort}"),
        ];
    }

    public void Heal()
    {
        Database.Heal();
        Silo.Heal();
        Gateway.Heal();
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await Silo.DisposeAsync();
        await Gateway.DisposeAsync();
    }

    private static Link Between(int port, IPEndPoint target) => new(new IPEndPoint(IPAddress.Loopback, port), target);
}
