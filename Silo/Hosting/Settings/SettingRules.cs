using Microsoft.Extensions.Options;

namespace ControlPlane.Silo.Hosting.Settings;

/// <summary>Rules that an options class tells about itself.</summary>
/// <param name="broken">Each rule that is broken, as <c>key: rule</c>.</param>
internal sealed class SettingRules<T>(Func<T, IEnumerable<string>> broken) : IValidateOptions<T>
    where T : class
{
    public ValidateOptionsResult Validate(string? name, T options) =>
        broken(options).ToArray() is { Length: > 0 } failures ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
}
