using ControlPlane.Grains;
using Npgsql;

namespace ControlPlane.Silo.Tests.Storage.Postgres;

public sealed class PostgresRightsTests
{
    [Theory]
    [InlineData("UPDATE controlplane.audit_log SET outcome = 'x'")]
    [InlineData("DELETE FROM controlplane.audit_log")]
    [InlineData("DELETE FROM controlplane.gate_transitions")]
    [InlineData("DELETE FROM controlplane.integration_usage_events")]
    [InlineData("DELETE FROM controlplane.usage_event_ids_0")]
    [InlineData("TRUNCATE controlplane.integration_usage_events")]
    [InlineData("INSERT INTO controlplane.schema_version (version, name) VALUES (999, 'x')")]
    [InlineData("UPDATE controlplane.orleansquery SET querytext = ''")]
    [InlineData("DROP TABLE controlplane.bots")]
    [InlineData("CREATE TABLE controlplane.mine (id integer)")]
    public async Task Runtime_StatementBeyondItsRights_IsRefused(string sql)
    {
        await using var database = await PostgresRights.CreateAsync();

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => PostgresRights.RunAsync(database.As(PostgresRights.Runtime), sql));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Fact]
    public async Task Runtime_DatabaseThatNeedsAMigration_SaysThatItLacksTheRight()
    {
        await using var database = await PostgresRights.CreateAsync();
        await PostgresRights.RunAsync(
            database.As(PostgresRights.Owner), "DELETE FROM controlplane.schema_version WHERE version = (SELECT max(version) FROM controlplane.schema_version)");

        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(() => PostgresStore.OpenAsync(database.As(PostgresRights.Runtime)));

        Assert.Contains("lacks a right", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("docs/postgresql.md", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(database.Server.Password, refusal.ToString(), StringComparison.Ordinal);
    }
}

public sealed class LeastRightsUsageEventStoreTests : UsageEventStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => LeastRightsFixture.CreateAsync();
}

public sealed class LeastRightsHistoryStoreTests : HistoryStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => LeastRightsFixture.CreateAsync();
}

public sealed class LeastRightsAuditStoreTests : AuditStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => LeastRightsFixture.CreateAsync();
}

public sealed class LeastRightsGrainStorageTests : GrainStorageCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => LeastRightsFixture.CreateAsync();
}

public sealed class LeastRightsTraceStoreTests : TraceStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => LeastRightsFixture.CreateAsync();
}

public sealed class LeastRightsNoTradeStoreTests : NoTradeStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => LeastRightsFixture.CreateAsync();
}

public sealed class LeastRightsRiskStoreTests : RiskStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => LeastRightsFixture.CreateAsync();
}
