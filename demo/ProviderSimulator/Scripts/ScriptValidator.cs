using System.Text.RegularExpressions;
using ControlPlane.ProviderSimulator.Keys;
using ControlPlane.ProviderSimulator.Live;
using ControlPlane.ProviderSimulator.Signatures;

namespace ControlPlane.ProviderSimulator.Scripts;

/// <summary>The rules of a script.</summary>
internal static partial class ScriptValidator
{
    private static readonly string[] Places = ["header", "query", "path", "basic", "json", "form"];

    /// <exception cref="ScriptException">The first rule that is broken.</exception>
    public static void Validate(ProviderScript script, string file)
    {
        Rule(Id().IsMatch(script.Id), file, "id", "must be lower-case letters, digits and underscores");
        Rule(script.Routes.Count > 0, file, "routes", "must not be empty");
        for (var i = 0; i < script.Routes.Count; i++)
            Validate(script.Routes[i], file, $"routes[{i}]");
    }

    private static void Validate(RouteScript route, string file, string field)
    {
        Rule(Method().IsMatch(route.Method), file, $"{field}.method", "must be an HTTP method in upper case");
        Rule(route.Path.StartsWith('/'), file, $"{field}.path", "must start with a slash");
        Rule(!route.Path.Contains('?'), file, $"{field}.path", "must not hold a query, which belongs in query");
        Rule(Balanced(route.Path), file, $"{field}.path", "must have its placeholders in braces, as {NAME}");
        Rule(route.Signature is null || SignatureChecks.Named(route.Signature) is not null, file, $"{field}.signature",
            $"must be one of {string.Join(", ", SignatureChecks.Names)}");
        Rule(route.Live is null || LiveAnswers.Names.Contains(route.Live, StringComparer.Ordinal), file, $"{field}.live",
            $"must be one of {string.Join(", ", LiveAnswers.Names)}");
        for (var i = 0; i < route.Credentials.Count; i++)
            Validate(route.Credentials[i], file, $"{field}.credentials[{i}]");

        foreach (var state in Required(route))
            Rule(route.Answers.ContainsKey(state), file, $"{field}.answers", $"must have an answer for {state}");
        foreach (var (state, answer) in route.Answers)
            Validate(state, answer, file, $"{field}.answers.{state}");
    }

    private static void Validate(CredentialScript credential, string file, string field)
    {
        Rule(Places.Contains(credential.In, StringComparer.Ordinal), file, $"{field}.in", $"must be one of {string.Join(", ", Places)}");
        Rule(credential.In is "basic" or "path" || !string.IsNullOrEmpty(credential.Name), file, $"{field}.name", "must be given");
        Rule(credential.Format.Length > 0 && Balanced(credential.Format), file, $"{field}.format",
            "must be a text with its placeholders in braces, as {NAME}");
        for (var i = 0; i < credential.Or.Count; i++)
            Validate(credential.Or[i], file, $"{field}.or[{i}]");
    }

    private static void Validate(string state, AnswerScript answer, string file, string field)
    {
        Rule(Id().IsMatch(state), file, field, "must be a state in lower case");
        Rule(answer.Status is >= 200 and <= 599, file, $"{field}.status", "must be 200 to 599");
        Rule(answer.Json is null || answer.Text is null, file, field, "must have json or text, not both");
    }

    /// <summary>A route without credentials knows no key, and one whose only credentials stand in the path cannot miss them.</summary>
    private static IEnumerable<string> Required(RouteScript route)
    {
        yield return KeyState.Active;
        if (route.Credentials.Count > 0 || route.Signature is not null)
            yield return KeyState.Unknown;
        if (route.Credentials.Any(static c => c.In != "path" && !c.Optional) || route.Signature is not null)
            yield return KeyState.Missing;
    }

    private static bool Balanced(string text)
    {
        var rest = Template.Parse(text) is var template && template.Names.Count == 0
            ? text
            : template.Names.Aggregate(text, static (left, name) => left.Replace($"{{{name}}}", ""));
        return !rest.Contains('{') && !rest.Contains('}');
    }

    private static void Rule(bool holds, string file, string field, string rule)
    {
        if (!holds)
            throw new ScriptException($"{file}: {field}: {rule}.");
    }

    [GeneratedRegex("^[a-z][a-z0-9_]*$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Id();

    [GeneratedRegex("^[A-Z]+$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Method();
}
