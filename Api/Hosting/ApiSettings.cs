using System.Collections.Immutable;
using ControlPlane.Silo.Hosting.Settings;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Hosting;

/// <summary>Every setting of the program with an API: those of a silo, and its own.</summary>
internal static class ApiSettings
{
    public static ImmutableArray<string> Known { get; } = [.. KnownSettings.OfASilo.Except(KnownSettings.OfTheApi), .. KnownSettings.Of(ApiOptions.Section, typeof(ApiOptions))];

    /// <summary>The settings of both, validated together.</summary>
    /// <exception cref="WrongSettingsException">Any setting is wrong; all of them are named.</exception>
    public static SiloSettings Read(IConfiguration configuration) => SiloSettings.Read(configuration, services => services
        .AddApiSettings(configuration)
        .AddKnownSettings(configuration, Known)
        .AddRules<ApiOptions>(_ => ListenAddresses.Errors(configuration)));

    public static IServiceCollection AddApiSettings(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton<IValidateOptions<ApiOptions>, ApiOptionsValidation>()
        .AddSettings<ApiOptions>(configuration.GetSection(ApiOptions.Section));
}
