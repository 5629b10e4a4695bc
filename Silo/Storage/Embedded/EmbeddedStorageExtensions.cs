using ControlPlane.Grains;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Storage.Seals;
using ControlPlane.Grains.Storage.Trust;
using ControlPlane.Grains.Usage;
using ControlPlane.Silo.Storage.Control;
using ControlPlane.Silo.Storage.Seals;
using ControlPlane.Silo.Storage.Sql;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Hosting;
using Orleans.Providers;
using Orleans.Runtime.Hosting;
using Orleans.Serialization;
using Orleans.Storage;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>Registers the embedded store.</summary>
public static class EmbeddedStorageExtensions
{
    /// <summary>The embedded store in this directory, with its default settings.</summary>
    public static ISiloBuilder AddEmbeddedStore(this ISiloBuilder builder, string dataDirectory) =>
        builder.AddEmbeddedStore(new EmbeddedStoreOptions { DataDirectory = dataDirectory });

    /// <summary>Every store port, and grain storage, on the embedded database. It opens as the host starts, before the silo does.</summary>
    public static ISiloBuilder AddEmbeddedStore(
        this ISiloBuilder builder, EmbeddedStoreOptions options, string grainStorageName = ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME)
    {
        builder.Services.AddEmbeddedStore(options);
        builder.Services.AddGrainStorage(
            grainStorageName,
            (services, _) => services.Seal(ActivatorUtilities.CreateInstance<EmbeddedGrainStorage>(
                services, new SealedContentSerializer(new OrleansGrainStorageSerializer(services.GetRequiredService<Serializer>())))));
        return builder;
    }

    /// <summary>The store ports without grain storage.</summary>
    public static IServiceCollection AddEmbeddedStore(this IServiceCollection services, EmbeddedStoreOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<EmbeddedDatabase>();
        services.AddHostedService<EmbeddedStoreStartup>();
        services.AddSingleton<IControlDatabase, EmbeddedControlDatabase>();
        services.AddControlStores();
        services.AddSingleton<IUsageEventStore, EmbeddedUsageEventStore>();
        services.AddSingleton<SingleProcessStore>();
        services.AddKeyedSingleton<IStoreIdentity, EmbeddedStoreIdentity>(SealedStoreIdentity.Own);
        services.AddSingleton<ISealedRows, EmbeddedSealedRows>();
        services.AddSingleton<IStoreProbe, EmbeddedStoreProbe>();
        services.AddSingleton<ITraceUsageStore, EmbeddedTraceUsageStore>();
        return services;
    }
}
