using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ControlPlane.Silo.Hosting.Settings;

/// <summary>The one mechanism of settings: options of the framework, bound from their section, validated together at start.</summary>
internal static class SettingsServices
{
    /// <summary>Options that are bound from a section.</summary>
    /// <param name="rules">Each rule that is broken, as <c>key: rule</c>.</param>
    public static IServiceCollection AddSettings<T>(this IServiceCollection services, IConfigurationSection section, Func<T, IEnumerable<string>>? rules = null)
        where T : class, new()
    {
        if (rules is not null) services.AddRules(rules);
        return services.AddSettings(errors => errors.Bind(section, new T()));
    }

    /// <summary>Settings that are put together from several sections.</summary>
    public static IServiceCollection AddSettings<T>(this IServiceCollection services, Func<SettingErrors, T> read)
        where T : class
    {
        services.AddOptions<T>().ValidateOnStart();
        return services.AddSingleton<IOptionsFactory<T>>(s => new SettingsFactory<T>(read, s.GetServices<IValidateOptions<T>>()));
    }

    public static IServiceCollection AddRules<T>(this IServiceCollection services, Func<T, IEnumerable<string>> rules)
        where T : class => services.AddSingleton<IValidateOptions<T>>(new SettingRules<T>(rules));

    /// <summary>Names below <c>ControlPlane</c> that nobody reads are wrong settings, too.</summary>
    public static IServiceCollection AddKnownSettings(this IServiceCollection services, IConfiguration configuration, IReadOnlyCollection<string> known) =>
        services.AddRules<IReadOnlyCollection<string>>(_ => UnknownSettings.Find(configuration, known)).AddSettings(_ => known);

    /// <summary>The value that <see cref="ValidateSettings"/> has validated.</summary>
    public static T Settings<T>(this IServiceProvider services) => services.GetRequiredService<IOptionsMonitor<T>>().CurrentValue;

    /// <exception cref="WrongSettingsException">Any setting is wrong; all of them are named.</exception>
    public static void ValidateSettings(this IServiceProvider services)
    {
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
        }
        catch (OptionsValidationException wrong)
        {
            throw new WrongSettingsException([.. wrong.Failures]);
        }
        catch (AggregateException several)
        {
            throw new WrongSettingsException([.. several.InnerExceptions.Cast<OptionsValidationException>().SelectMany(wrong => wrong.Failures).Distinct(StringComparer.Ordinal)]);
        }
    }
}
