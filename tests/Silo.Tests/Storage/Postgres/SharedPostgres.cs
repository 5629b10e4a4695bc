using ControlPlane.Silo.Tests.Storage.Postgres;
using ControlPlane.Testing.Postgres;

[assembly: AssemblyFixture(typeof(SharedPostgres))]

namespace ControlPlane.Silo.Tests.Storage.Postgres;

/// <summary>One server for all tests that do it no harm, started when the first one asks, and a database for each of them.</summary>
public sealed class SharedPostgres : IAsyncDisposable
{
    private const string Template = "migrated";
    private static SharedPostgres? s_current;
    private readonly Lazy<Task<PostgresServer>> _server;
    private int _databases;

    public SharedPostgres()
    {
        _server = new(StartAsync);
        s_current = this;
    }

    public static SharedPostgres Current => s_current!;

    public Task<PostgresServer> ServerAsync() => _server.Value;

    /// <summary>A database with the schema in place.</summary>
    public async Task<TestDatabase> CreateAsync() => await CreateAsync(Template);

    public async Task<TestDatabase> CreateEmptyAsync() => await CreateAsync("template0");

    /// <summary>A copy of a database that nobody is connected to.</summary>
    public async Task<TestDatabase> CreateCopyAsync(string template) => await CreateAsync(template);

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated) await (await _server.Value).DisposeAsync();
    }

    private async Task<TestDatabase> CreateAsync(string template)
    {
        var server = await _server.Value;
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        return new(server, name, await server.CreateDatabaseAsync(name, template));
    }

    private static async Task<PostgresServer> StartAsync()
    {
        var server = await PostgresServer.StartAsync();
        await using var store = await PostgresStore.OpenAsync(await server.CreateDatabaseAsync(Template));
        return server;
    }
}

/// <summary>A database of the shared server, dropped at the end.</summary>
public sealed record TestDatabase(PostgresServer Server, string Name, string ConnectionString) : IAsyncDisposable
{
    public async ValueTask DisposeAsync() => await Server.DropDatabaseAsync(Name);
}
