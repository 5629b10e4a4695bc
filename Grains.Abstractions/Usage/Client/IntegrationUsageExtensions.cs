using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace ControlPlane.Abstractions;

/// <summary>Registers the recording of calls to providers, in any process that has an <c>IGrainFactory</c>: a silo or a client of the cluster.</summary>
public static class IntegrationUsageExtensions
{
    /// <summary>Records every call of this client as use of the provider. Handlers that are added to the client after this are inside the measured
    /// call. With a retrying handler added before, each try is its own call; added after, all tries are one call.
    /// The client's own request logging is taken off, since it prints addresses, and some providers want their key there.</summary>
    /// <param name="provider">Id of the integration in the catalogue.</param>
    public static IHttpClientBuilder AddIntegrationUsage(this IHttpClientBuilder builder, string provider)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(provider);
        builder.Services.AddIntegrationUsage();
        return builder.RemoveAllLoggers().AddHttpMessageHandler(services => new IntegrationUsageHandler(
            provider, services.GetRequiredService<IIntegrationUsage>(), services.GetRequiredService<TimeProvider>()));
    }

    /// <summary>Adds <see cref="IIntegrationUsage"/>. Again does nothing but configure.</summary>
    public static IServiceCollection AddIntegrationUsage(this IServiceCollection services, Action<IntegrationUsageOptions>? configure = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<UsageSender>();
        services.TryAddSingleton<IIntegrationUsage>(provider => provider.GetRequiredService<UsageSender>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, UsageSenderLifetime>());
        services.AddOptions<IntegrationUsageOptions>()
            .Validate(options => options.IsValid(), "IntegrationUsageOptions: a value is out of the range that its description gives.");
        if (configure is not null) services.Configure(configure);
        return services;
    }
}
