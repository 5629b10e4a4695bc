using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Grains.Integrations.Verification.Requests;

/// <summary>Addresses that stand in variables: bases of the bots' own libraries, and addresses in short form.</summary>
internal static class BaseVariable
{
    private const string AnyAddress = "0.0.0.0";

    /// <summary>The base of the catalogue whose host a variable of the bots names; null when none does. Programs that read the variable call
    /// that host, so it is the one to verify.</summary>
    public static string? KnownHost(ProviderDefinition provider, Func<string, string?> find)
    {
        if (provider.BaseUrlBy is not { } choice)
            return null;
        var named = provider.Variables.Where(variable => variable.BotBase).Select(variable => Host(find(variable.Name))).FirstOrDefault(host => host is not null);
        return named is null ? null : choice.Values.Values.FirstOrDefault(address => Host(address) == named);
    }

    /// <summary>Host and port of an address, or null for what is none.</summary>
    public static string? Host(string? address) => Uri.TryCreate(address?.Trim(), UriKind.Absolute, out var uri) && uri.Host.Length > 0 ? uri.Authority : null;

    /// <summary>A short address as the provider's own programs read it: without a scheme it is the variable's, without a port too.</summary>
    public static string Complete(ProviderDefinition provider, string name, string value)
    {
        if (provider.Variables.FirstOrDefault(variable => variable.Name == name)?.ShortAddress is not { } form)
            return value;
        var text = value.Trim();
        var isWhole = text.Contains("://", StringComparison.Ordinal);
        if (!Uri.TryCreate(isWhole ? text : $"{form.Scheme}://{text}", UriKind.Absolute, out var uri))
            return value;
        var whole = new UriBuilder(uri);
        if (!isWhole && uri.IsDefaultPort)
            whole.Port = form.Port;
        if (whole.Host == AnyAddress)
            whole.Host = "127.0.0.1";
        return whole.Uri.AbsoluteUri.TrimEnd('/');
    }
}
