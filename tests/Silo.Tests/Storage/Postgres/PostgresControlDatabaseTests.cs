using ControlPlane.Grains;
using ControlPlane.Silo.Storage.Postgres;
using ControlPlane.Silo.Storage.Sql;
using Npgsql;

namespace ControlPlane.Silo.Tests.Storage.Postgres;

/// <summary>What control stores may rely on when a connection breaks beneath them.</summary>
public sealed class PostgresControlDatabaseTests : IAsyncLifetime
{
    private const string Insert = "INSERT INTO kill_drills (at, report) VALUES (@At, 'r')";
    private TestDatabase _database = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _database = await SharedPostgres.Current.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Write_GoingOnAfterItsConnectionBroke_WritesNothingOutsideOfItsTransaction()
    {
        await using var store = await PostgresStore.OpenAsync(_database.ConnectionString);
        var control = new PostgresControlDatabase(store.Database);
        var write = control.WriteAsync(
            WriteScope.Control(),
            async session =>
            {
                await session.RunAsync(Insert, new { At = (Instant)Sample.Noon });
                await Assert.ThrowsAnyAsync<NpgsqlException>(() => session.RunAsync("SELECT pg_terminate_backend(pg_backend_pid())"));
                return await session.RunAsync(Insert, new { At = (Instant)Sample.Noon });
            },
            Cancel);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => write);
        await AssertNoneAsync();
    }

    [Fact]
    public async Task WriteOfManyRows_OneIsRefused_WritesNone()
    {
        await using var store = await PostgresStore.OpenAsync(_database.ConnectionString);
        var control = new PostgresControlDatabase(store.Database);
        var rows = new[] { new { Id = 1L, At = (Instant?)Sample.Noon }, new { Id = 2L, At = (Instant?)null } };
        await Assert.ThrowsAsync<StoreUnavailableException>(() => control.WriteAsync(
            WriteScope.Control(), session => session.RunAllAsync("INSERT INTO kill_drills (at, report) SELECT @At, 'r' WHERE @Id > 0", rows), Cancel));
        await AssertNoneAsync();
    }

    private async Task AssertNoneAsync()
    {
        await using var source = NpgsqlDataSource.Create(_database.ConnectionString);
        await using var command = source.CreateCommand("SELECT COUNT(*) FROM controlplane.kill_drills");
        Assert.Equal(0L, await command.ExecuteScalarAsync(Cancel));
    }
}
