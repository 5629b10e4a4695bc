using ControlPlane.Grains.Storage.Seals;
using ControlPlane.Grains.Storage.Trust;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace ControlPlane.Silo.Storage.Seals;

/// <summary>Registers what signs the store's rows, and what looks whether they are signed.</summary>
internal static class StoreSealServices
{
    /// <summary>After what loads the node's knowledge of the store, so that evidence comes on top of it.</summary>
    public static IServiceCollection AddStoreSeals(this IServiceCollection services)
    {
        services.AddSingleton<StoreMacs>();
        services.AddSingleton<LedgerSealing>();
        services.AddSingleton<StoreSealing>();
        services.AddSingleton<IStoreIdentity>(s => new SealedStoreIdentity(
            s.GetKeyedService<IStoreIdentity>(SealedStoreIdentity.Own) ?? new NoStoreIdentity(), s.GetRequiredService<StoreSealing>()));
        services.AddHostedService<StoreSealingStartup>();
        services.AddHostedService<SealWatch>();
        return services;
    }

    /// <summary>Grain state under MACs, where the host has a key; a store by itself has none.</summary>
    public static SealedGrainStorage Seal(this IServiceProvider services, IGrainStorage rows) => new(
        rows,
        services.GetRequiredService<Serializer>(),
        services.GetRequiredService<IActivatorProvider>(),
        services.GetRequiredService<TimeProvider>(),
        services.GetService<StoreMacs>(),
        services.GetService<StoreWitness>(),
        services.GetService<StoreSealing>());
}
