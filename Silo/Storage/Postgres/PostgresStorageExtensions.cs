using ControlPlane.Grains;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Storage.Seals;
using ControlPlane.Grains.Usage;
using ControlPlane.Silo.Storage.Control;
using ControlPlane.Silo.Storage.Postgres.Usage;
using ControlPlane.Silo.Storage.Seals;
using ControlPlane.Silo.Storage.Sql;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Providers;
using Orleans.Runtime.Hosting;
using Orleans.Serialization;
using Orleans.Storage;

namespace ControlPlane.Silo.Storage.Postgres;

/// <summary>Registers the PostgreSQL store, and membership in the cluster that lives in the same database.</summary>
public static class PostgresStorageExtensions
{
    /// <summary>How Orleans' ADO.NET providers name Npgsql.</summary>
    public const string Invariant = "Npgsql";

    /// <summary>Every store port, and grain storage, on PostgreSQL. It opens, and brings the schema up to date, before the silo starts.</summary>
    public static ISiloBuilder AddPostgresStore(
        this ISiloBuilder builder, PostgresStoreOptions options, string grainStorageName = ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME)
    {
        builder.Services.AddPostgresStore(options);
        builder.Services.AddGrainStorage(grainStorageName, static (services, name) => services.Seal(CreateGrainStorage(services, name)));
        return builder;
    }

    /// <summary>The store ports without grain storage: for a front end, which runs no grains.</summary>
    public static IServiceCollection AddPostgresStore(this IServiceCollection services, PostgresStoreOptions options)
    {
        services.AddPostgresDatabase(options);
        services.AddSingleton<UsageWriters>();
        services.AddSingleton<IControlDatabase, PostgresControlDatabase>();
        services.AddControlStores();
        services.AddSingleton<IUsageEventStore, PostgresUsageEventStore>();
        services.AddSingleton<ISealedRows, PostgresSealedRows>();
        services.AddSingleton<IStoreProbe, PostgresStoreProbe>();
        services.AddSingleton<ITraceUsageStore, PostgresTraceUsageStore>();
        return services;
    }

    /// <summary>The database alone, once: its pool, and its schema brought up to date as the host starts.</summary>
    public static IServiceCollection AddPostgresDatabase(this IServiceCollection services, PostgresStoreOptions options)
    {
        if (services.Any(s => s.ServiceType == typeof(PostgresDatabase))) return services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<PostgresDatabase>();
        services.AddHostedService<PostgresStoreStartup>();
        return services;
    }

    /// <summary>A silo joins the cluster whose membership is kept in the database of <see cref="AddPostgresStore(ISiloBuilder, PostgresStoreOptions, string)"/>.</summary>
    public static ISiloBuilder AddPostgresClustering(this ISiloBuilder builder)
    {
        builder.UseAdoNetClustering(o => o.Invariant = Invariant);
        builder.Services.AddOptions<AdoNetClusteringSiloOptions>().Configure<PostgresDatabase>((o, database) => o.DataSource = database.Source);
        return builder;
    }

    /// <summary>A client finds the cluster's gateways in the database of <see cref="AddPostgresDatabase"/>.</summary>
    public static IClientBuilder AddPostgresClustering(this IClientBuilder builder)
    {
        builder.UseAdoNetClustering(o => o.Invariant = Invariant);
        builder.Services.AddOptions<AdoNetClusteringClientOptions>().Configure<PostgresDatabase>((o, database) => o.DataSource = database.Source);
        return builder;
    }

    internal static PostgresGrainStorage CreateGrainStorage(IServiceProvider services, string name)
    {
        var database = services.GetRequiredService<PostgresDatabase>();
        var options = new AdoNetGrainStorageOptions
        {
            Invariant = Invariant,
            DataSource = database.Source,
            GrainStorageSerializer = new SealedContentSerializer(new OrleansGrainStorageSerializer(services.GetRequiredService<Serializer>())),
        };
        return new(database, ActivatorUtilities.CreateInstance<AdoNetGrainStorage>(services, Options.Create(options), services.GetRequiredService<IOptions<ClusterOptions>>(), name));
    }
}
