namespace ControlPlane.Api.Hosting;

/// <summary>The process must not start with this setting. Names the key, its rule and the fix; never the value.</summary>
public sealed class WrongSettingException(string key, string rule, string fix) : Exception($"{key}: {rule}. To fix it: {fix}.")
{
    public string Key { get; } = key;
    public string Rule { get; } = rule;
    public string Fix { get; } = fix;
}
