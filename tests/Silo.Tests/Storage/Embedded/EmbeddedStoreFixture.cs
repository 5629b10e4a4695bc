using ControlPlane.Grains;
using ControlPlane.Grains.Alerts;
using ControlPlane.Grains.Autonomy;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Storage.Seals;
using ControlPlane.Grains.Usage;
using ControlPlane.Silo.Storage.Embedded;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace ControlPlane.Silo.Tests.Storage.Embedded;

/// <summary>A data directory of its own, removed at the end.</summary>
internal sealed class EmbeddedStoreFixture : IStoreFixture
{
    public string Root { get; } = Directory.CreateTempSubdirectory("store-").FullName;

    public string DataDirectory => Path.Combine(Root, "data");

    public string DatabasePath => Path.Combine(DataDirectory, "controlplane.db");

    public async Task<IStoreUnderTest> OpenAsync() => await OpenAsync(new EmbeddedStoreOptions { DataDirectory = DataDirectory });

    public static async Task<EmbeddedStore> OpenAsync(EmbeddedStoreOptions options)
    {
        var services = new ServiceCollection().AddLogging().AddSerializer().AddEmbeddedStore(options).BuildServiceProvider();
        try
        {
            await services.GetRequiredService<EmbeddedDatabase>().MigrateAsync();
            return new EmbeddedStore(services);
        }
        catch
        {
            await services.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Root, recursive: true);
        return ValueTask.CompletedTask;
    }
}

internal sealed class EmbeddedStore(ServiceProvider services) : IStoreUnderTest, ITraceStoresUnderTest
{
    public EmbeddedDatabase Database => services.GetRequiredService<EmbeddedDatabase>();

    public IUsageEventStore Usage => services.GetRequiredService<IUsageEventStore>();

    public IVerificationStore Verifications => services.GetRequiredService<IVerificationStore>();

    public ITransitionStore Transitions => services.GetRequiredService<ITransitionStore>();

    public IKillDrillStore Drills => services.GetRequiredService<IKillDrillStore>();

    public IAlertStore Alerts => services.GetRequiredService<IAlertStore>();

    IAutonomyEvidenceStore IStoreUnderTest.Evidence => services.GetRequiredService<IAutonomyEvidenceStore>();

    ISealedRows IStoreUnderTest.Sealed => services.GetRequiredService<ISealedRows>();

    public IAuditStore Audit => services.GetRequiredService<IAuditStore>();

    public IBotIndex Bots => services.GetRequiredService<IBotIndex>();

    public IStoreProbe Probe => services.GetRequiredService<IStoreProbe>();

    public IGrainStorage Grains => new EmbeddedGrainStorage(
        Database, new SealedContentSerializer(new OrleansGrainStorageSerializer(services.GetRequiredService<Serializer>())), services.GetRequiredService<IActivatorProvider>());

    public IDecisionStore Decisions => services.GetRequiredService<IDecisionStore>();

    public INoTradeStore NoTrades => services.GetRequiredService<INoTradeStore>();

    public ITradeStore Trades => services.GetRequiredService<ITradeStore>();

    public ICycleStore Cycles => services.GetRequiredService<ICycleStore>();

    public IBotActivityStore Activity => services.GetRequiredService<IBotActivityStore>();

    public ITraceUsageStore TraceUsage => services.GetRequiredService<ITraceUsageStore>();

    public ITraceIndex TraceIndex => services.GetRequiredService<ITraceIndex>();

    public IRiskStore Risk => services.GetRequiredService<IRiskStore>();

    public IGatewayOrderStore GatewayOrders => services.GetRequiredService<IGatewayOrderStore>();

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
