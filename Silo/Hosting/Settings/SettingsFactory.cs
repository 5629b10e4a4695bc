using Microsoft.Extensions.Options;

namespace ControlPlane.Silo.Hosting.Settings;

/// <summary>Makes options from what <paramref name="read"/> returns. Wrong forms and broken rules are told together.</summary>
internal sealed class SettingsFactory<T>(Func<SettingErrors, T> read, IEnumerable<IValidateOptions<T>> rules) : IOptionsFactory<T>
    where T : class
{
    public T Create(string name)
    {
        var errors = new SettingErrors();
        var settings = read(errors);
        foreach (var rule in rules) errors.AddRange(rule.Validate(name, settings).Failures ?? []);
        return errors.All.Count == 0 ? settings : throw new OptionsValidationException(name, typeof(T), errors.All);
    }
}
