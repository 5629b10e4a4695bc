using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Grains.Secrets;

/// <summary>Registers <see cref="ISecretSource"/>, <see cref="ISecretRegistry"/> and <see cref="Redactor"/>.</summary>
public static class SecretsServices
{
    /// <param name="configure">Code's say over the section <see cref="SecretSourceOptions.Section"/>: what is no secret, demo values.</param>
    public static IServiceCollection AddSecrets(
        this IServiceCollection services, IConfiguration configuration, Action<SecretSourceOptions>? configure = null)
    {
        services.AddSecretRegistry();
        services.AddOptions<SecretSourceOptions>()
            .Configure(options => Bind(options, configuration.GetSection(SecretSourceOptions.Section)))
            .Configure(options => configure?.Invoke(options))
            .Validate(
                options => options.PollSeconds is >= 0.1 and <= 60,
                "ControlPlane__Secrets__PollSeconds: must be a number of seconds from 0.1 to 60.")
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ISecretSource>(provider => new EnvironmentAndFolderSecretSource(
            provider.GetRequiredService<IOptions<SecretSourceOptions>>().Value,
            provider.GetRequiredService<ISecretRegistry>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<EnvironmentAndFolderSecretSource>>()));
        return services;
    }

    /// <summary>The host's one registry, made when it is not there yet: logging needs it before any service exists.</summary>
    public static SecretRegistry AddSecretRegistry(this IServiceCollection services)
    {
        var present = services.Select(service => service.ImplementationInstance).OfType<SecretRegistry>().FirstOrDefault();
        if (present is not null)
            return present;
        var registry = new SecretRegistry();
        services.AddSingleton(registry);
        services.AddSingleton<ISecretRegistry>(registry);
        services.AddSingleton(new Redactor(registry));
        return registry;
    }

    private static void Bind(SecretSourceOptions options, IConfigurationSection section)
    {
        options.Directory = section[nameof(SecretSourceOptions.Directory)];
        if (section[nameof(SecretSourceOptions.PollSeconds)] is { } seconds)
            options.PollSeconds = double.TryParse(seconds, out var value) ? value : double.NaN;
    }
}
