using ControlPlane.Benchmarks.Running;
using ControlPlane.Silo.Storage.Postgres;
using ControlPlane.Testing.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Benchmarks.Ingest;

/// <summary>A PostgreSQL that waits for its disk, with a database for the product and one with the same schema for the peer.</summary>
internal sealed class IngestDatabase : IAsyncDisposable
{
    private readonly PostgresServer _server;

    private IngestDatabase(PostgresServer server, string ours, string peer) => (_server, Ours, Peer) = (server, ours, peer);

    /// <summary>Connection string of an empty database.</summary>
    public string Ours { get; }

    /// <summary>Connection string of a database with the product's schema.</summary>
    public string Peer { get; }

    public int ProcessId => _server.ProcessId;

    /// <summary>Settings of a program that is to use <see cref="Ours"/>, on ports of its own.</summary>
    public Dictionary<string, string> Settings() => new()
    {
        ["ConnectionStrings__ControlPlane"] = Ours,
        ["ControlPlane__Silo__Port"] = $"{Ports.Free()}",
        ["ControlPlane__Silo__GatewayPort"] = $"{Ports.Free()}",
    };

    public static async Task<IngestDatabase> StartAsync()
    {
        var server = await PostgresServer.StartAsync(durable: true);
        try
        {
            var peer = await server.CreateDatabaseAsync("peer");
            await using var schema = new PostgresDatabase(new PostgresStoreOptions { ConnectionString = peer }, TimeProvider.System, NullLogger<PostgresDatabase>.Instance);
            await schema.MigrateAsync();
            return new(server, await server.CreateDatabaseAsync("ours"), peer);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
