namespace ControlPlane.Grains.Integrations.Catalogue.Validation;

internal static class BaseUrlRules
{
    private const string UrlRule =
        "must be an absolute https address of scheme, host and path (http only for loopback), without a final slash, user, query or fragment. Correct it.";

    public static void Check(ProviderDefinition provider, IReadOnlyDictionary<string, VariableDefinition> variables, FieldErrors errors)
    {
        CheckBase(provider, variables, errors.At("base_url"));
        if (provider.BaseUrlBy is not { } choice)
            return;

        var at = errors.At("base_url_by");
        if (!variables.TryGetValue(choice.Variable, out var variable))
            at.Add("variable", $"{choice.Variable} is not the main name of a variable. Declare it under variables or correct the name.");
        else if (variable.Secret)
            at.Add("variable", $"{choice.Variable} is secret, and its values stand in the catalogue. Set its secret to false or choose another variable.");

        at.Expect(choice.Values.Count > 0, "values", "must name at least one value and its base address.");
        at.Expect(choice.Values.Keys.Distinct(StringComparer.OrdinalIgnoreCase).Count() == choice.Values.Count, "values",
            "has two values that differ in case alone. Keep one of them.");
        if (variable?.Default is { } fallback)
            at.Expect(choice.Values.Keys.Contains(fallback, StringComparer.OrdinalIgnoreCase), "values",
                $"lacks the default of {choice.Variable}. Add it, or change the default.");
        foreach (var (value, address) in choice.Values)
        {
            if (!IsBase(address))
                at.At("values").Add(value, UrlRule);
        }

        for (var i = 0; i < choice.Patterns.Count; i++)
        {
            var (format, url) = (choice.Patterns[i].Format, choice.Patterns[i].BaseUrl);
            var pattern = at.At("patterns", i);
            pattern.Expect(format.StartsWith('^') && format.EndsWith('$') && VariableRules.IsFormat(format), "format", "must be a .NET regular expression from ^ to $, without look-around.");
            pattern.Expect(url.Contains("{value}", StringComparison.Ordinal) && IsBase(url.Replace("{value}", "value", StringComparison.Ordinal)), "base_url", UrlRule);
        }
    }

    public static bool IsBase(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
        && uri.UserInfo.Length == 0
        && !text.AsSpan().ContainsAny('?', '#', ' ')
        && !text.EndsWith('/');

    private static void CheckBase(ProviderDefinition provider, IReadOnlyDictionary<string, VariableDefinition> variables, FieldErrors errors)
    {
        if (Template.Whole(provider.BaseUrl) is not { } name)
        {
            if (Template.Names(provider.BaseUrl).Any())
                errors.Add("must be an address without templates, or one whole {VARIABLE}. For several hosts use base_url_by.");
            else if (!IsBase(provider.BaseUrl))
                errors.Add(UrlRule);
            return;
        }

        if (!variables.TryGetValue(name, out var variable))
        {
            errors.Add($"{{{name}}} is not the main name of a variable. Declare it under variables or correct the name.");
            return;
        }

        // Of the address of a server that does not speak HTTP only host and port are ever shown.
        if (variable.Secret && !provider.Access.All(access => access.Verify is { } verify && VerifyKinds.Services.ContainsKey(verify.Kind)))
            errors.Add($"{name} is secret, and an address must not be. Set its secret to false.");
        if (variable.Default is null && provider.Access.Any(access => access.Verify is not null && !access.Requires.Contains(name)))
            errors.Add($"{name} must be required by every way to connect that has a verify, or have a default.");
    }
}
