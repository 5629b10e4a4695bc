using ControlPlane.Grains;
using ControlPlane.Silo.Storage;
using ControlPlane.Silo.Storage.Postgres;
using Npgsql;

namespace ControlPlane.Silo.Tests.Storage.Postgres;

public sealed class PostgresMigratorTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_SeveralAtOnceOnAnEmptyDatabase_EachScriptRunsOnce()
    {
        await using var database = await SharedPostgres.Current.CreateEmptyAsync();

        var stores = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => PostgresStore.OpenAsync(database.ConnectionString))));

        foreach (var store in stores)
        {
            await store.Probe.ProbeAsync(Cancel);
            await store.DisposeAsync();
        }

        Assert.Equal(MigrationScript.Of("Postgres").Select(s => s.Version), await VersionsAsync(database));
    }

    [Fact]
    public async Task Open_DatabaseOfANewerProgram_IsRefusedAndNotChanged()
    {
        await using var database = await SharedPostgres.Current.CreateAsync();
        await RunAsync(database, "INSERT INTO controlplane.schema_version (version, name) VALUES (999, 'of tomorrow')");
        var before = await VersionsAsync(database);

        var refusal = await Assert.ThrowsAsync<NewerSchemaException>(() => PostgresStore.OpenAsync(database.ConnectionString));

        Assert.Equal((999, PostgresMigrator.KnownVersion), (refusal.Found, refusal.Known));
        Assert.Contains("999", refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"{database.Server.Port}/{database.Name}", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(database.Server.Password, refusal.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, await VersionsAsync(database));
    }

    [Fact]
    public async Task Open_ScriptThatFails_LeavesNothingBehind()
    {
        await using var database = await SharedPostgres.Current.CreateEmptyAsync();
        await RunAsync(database, "CREATE SCHEMA controlplane; CREATE TABLE controlplane.store_probe (mine integer)");

        await Assert.ThrowsAsync<StoreUnavailableException>(() => PostgresStore.OpenAsync(database.ConnectionString));
        await RunAsync(database, "DROP TABLE controlplane.store_probe");
        await using var store = await PostgresStore.OpenAsync(database.ConnectionString);

        await store.Probe.ProbeAsync(Cancel);
    }

    private static async Task<List<long>> VersionsAsync(TestDatabase database)
    {
        await using var source = NpgsqlDataSource.Create(database.ConnectionString + ";Pooling=false");
        await using var command = source.CreateCommand("SELECT version FROM controlplane.schema_version ORDER BY version");
        await using var rows = await command.ExecuteReaderAsync(Cancel);
        var versions = new List<long>();
        while (await rows.ReadAsync(Cancel)) versions.Add(rows.GetInt64(0));
        return versions;
    }

    private static async Task RunAsync(TestDatabase database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database.ConnectionString + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
