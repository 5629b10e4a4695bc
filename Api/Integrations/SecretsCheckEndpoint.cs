using ControlPlane.Api.Audit;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Contracts;
using ControlPlane.Grains.Integrations.Catalogue;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Api.Integrations;

/// <summary>Looks at the format of values that a person is about to set. No value is kept, logged or answered.</summary>
internal static class SecretsCheckEndpoint
{
    private const int MaxValues = 50;
    private const int MaxValueLength = 16 * 1024;

    public static void MapSecretsCheck(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/integrations/{provider}/secrets/check", Inspect).WithTags("Integrations").RequireAuthorization(Roles.Operator)
            .Takes<SecretsCheckRequest>().Audited("integration.secrets_check", "integration", "provider")
            .WithName("CheckSecrets").WithSummary("Checks the format of values; stores, logs and echoes none")
            .WithDescription("An odd format is a hint, not a refusal: only a verify proves a key.")
            .MayFail(400, 401, 403, 404, 413, 415);

    private static async Task<Results<Ok<SecretsCheckAnswer>, ProblemResult>> Inspect(
        HttpContext context, string provider, ProviderCatalogue catalogue, AuditTrail audit)
    {
        if (catalogue.Find(provider) is not { } definition) return (ProblemResult)Problems.UnknownProvider();
        var body = await JsonBody.ReadAsync<SecretsCheckRequest>(context);
        if ((body.Problem ?? Check(body.Value!)) is { } wrong) return (ProblemResult)wrong;
        var rows = body.Value!.Values!.Select(value => Look(definition, value.Key, value.Value ?? "")).ToList();
        await audit.NoteAsync(context, AuditOutcomes.Done, ("values", rows.Count.ToString()));
        return TypedResults.Ok(new SecretsCheckAnswer(rows, Stored: false, Instructions(definition), context.TraceId()));
    }

    private static Problem? Check(SecretsCheckRequest request)
    {
        if (request.Values is not { Count: >= 1 and <= MaxValues } values)
            return Problems.Invalid($"'values' must hold 1 to {MaxValues} names with their values.");
        if (values.Keys.Any(name => !TextRules.IsVariableName(name)))
            return Problems.Invalid("The names in 'values' must be names of variables: letters, digits and underscores.");
        if (values.Values.Any(value => value?.Length > MaxValueLength))
            return Problems.Invalid($"A value may have {MaxValueLength} characters at most.");

        // A value pasted where a name belongs must not come back as a name.
        return values.Values.Any(value => value is { Length: >= 8 } && values.ContainsKey(value))
            ? Problems.Invalid("A name and a value are the same.", "Put the variable's name first, its value second.")
            : null;
    }

    private static SecretCheckRow Look(ProviderDefinition provider, string name, string value)
    {
        var variable = provider.Variables.FirstOrDefault(candidate => candidate.Name == name || candidate.Aliases.Contains(name));
        var result = SecretFormatCheck.Check(variable, value);
        return new SecretCheckRow(name, variable is not null, result.Format.Known(), result.Hint ?? (variable is null ? Unknown(provider, name) : null));
    }

    private static string Unknown(ProviderDefinition provider, string name)
    {
        const string Text = "This integration has no variable of this name.";
        var meant = NearNames.MeantBy(name, provider.Variables.SelectMany(variable => variable.Aliases.Prepend(variable.Name)));
        return meant is null ? Text : $"{Text} Did you mean {meant}?";
    }

    private static IReadOnlyList<string> Instructions(ProviderDefinition provider)
    {
        var names = string.Join(" or ", provider.Access.Select(access => string.Join(" + ", access.Requires)));
        return
        [
            $"Set in the environment of the control plane, or as files of its secrets folder: {names}.",
            "On Replit: open Tools > Secrets, add each name with its value, then restart.",
            "Values of the environment are read when the process starts: restart it. Files of the secrets folder are re-read while it runs.",
            "Then verify the integration.",
        ];
    }
}
