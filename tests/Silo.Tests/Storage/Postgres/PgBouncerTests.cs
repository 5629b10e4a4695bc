using ControlPlane.Grains;
using ControlPlane.Testing.Postgres;
using Npgsql;

namespace ControlPlane.Silo.Tests.Storage.Postgres;

/// <summary>A pooler between the program and its database: it works in our schema, or the start is refused.</summary>
public sealed class PgBouncerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Seen before: search_path was refused as a startup parameter; ignored by the pooler, 36 tables went to public.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("search_path")]
    public async Task Session_MigratesAndWorks_InOurSchemaAlone(string ignored)
    {
        await using var database = await SharedPostgres.Current.CreateEmptyAsync();
        await using var bouncer = await PgBouncer.StartAsync(database.Server, "session", ignored);

        await using (var store = await PostgresStore.OpenAsync(bouncer.ConnectionString(database.Server, database.Name)))
        {
            await store.Probe.ProbeAsync(Cancel);
            Assert.Equal([true], (await store.Usage.AppendAsync([Sample.Event(Sample.Noon)], Cancel)).Written);
        }

        Assert.Equal(0, await CountAsync(database, "public"));
        Assert.NotEqual(0, await CountAsync(database, "controlplane"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Transaction_IsRefusedAtTheStart_BeforeAnythingIsMade(bool empty)
    {
        await using var database = empty ? await SharedPostgres.Current.CreateEmptyAsync() : await SharedPostgres.Current.CreateAsync();
        await using var bouncer = await PgBouncer.StartAsync(database.Server, "transaction");

        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(() => PostgresStore.OpenAsync(bouncer.ConnectionString(database.Server, database.Name)));

        Assert.Contains("pool_mode = session", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(database.Server.Password, refusal.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync(database, "public"));
        if (empty) Assert.Equal(0, await CountAsync(database, "controlplane"));
    }

    private static async Task<long> CountAsync(TestDatabase database, string schema)
    {
        await using var source = NpgsqlDataSource.Create(database.ConnectionString + ";Pooling=false");
        await using var command = source.CreateCommand($"SELECT count(*) FROM pg_tables WHERE schemaname = '{schema}'");
        return (long)(await command.ExecuteScalarAsync(Cancel))!;
    }
}
