using System.Collections.Frozen;

namespace ControlPlane.Grains.Integrations.Catalogue.Validation;

/// <summary>Names and statuses of capabilities, findings and further calls.</summary>
internal static class CapabilityRules
{
    private static readonly FrozenSet<string> s_names = FrozenSet.Create(StringComparer.Ordinal, "read", "trade", "infer", "withdraw");
    private static readonly FrozenSet<string> s_statuses = FrozenSet.Create(StringComparer.Ordinal, "proven", "implied", "missing", "unknown");
    private static readonly FrozenSet<string> s_environments = FrozenSet.Create(StringComparer.Ordinal, "live", "paper", "testnet", "demo");

    public static void Check(VerifyDefinition verify, Func<FollowUpDefinition, RequestRules> rules, FieldErrors errors)
    {
        foreach (var (name, capability) in verify.Capabilities)
        {
            var at = errors.At("capabilities").At(name);
            CheckName(name, at);
            CheckStatus(capability.Status, capability.Source, at);
        }

        CheckFindings(verify.Findings, errors.At("findings"));
        for (var i = 0; i < verify.Then.Count; i++)
        {
            var at = errors.At("then", i);
            rules(verify.Then[i]).Check(verify.Then[i].Request, at.At("request"));
            CheckEnvironments(verify.Then[i].Environments, at.At("environments"));
            at.Expect(verify.Then[i].BaseUrl is not { } other || BaseUrlRules.IsBase(other), "base_url", "must be an absolute https address of scheme, host and path, without a final slash.");
            OutcomeRules.CheckEach(verify.Then[i].Outcomes, at);
            at.Expect(verify.Then[i].Findings.Count > 0 || verify.Then[i].Outcomes.Count > 0 || verify.Then[i].Expiry is not null, "findings", "must not be empty, or the call is made for nothing.");
            CheckExpiry(verify.Then[i].Expiry, at);
            CheckFindings(verify.Then[i].Findings, at.At("findings"));
        }

        errors.Expect(verify.Then.Count == 0 || verify.Kind != VerifyKinds.Session, "then", "can't follow a session's probe. Remove it.");
        errors.Expect(!verify.RetryRefused || verify.Kind != VerifyKinds.Session, "retry_refused", "must be false for a session: refused logins can lock an account.");
        CheckExpiry(verify.Expiry, errors);
    }

    private static void CheckExpiry(ExpiryDefinition? expiry, FieldErrors errors)
    {
        if (expiry is null)
            return;
        errors.Expect(new[] { expiry.Path is not null, expiry.Header is not null, expiry.LifetimeS is not null }.Count(given => given) == 1, "expiry", "must have one of path, header and lifetime_s.");
        errors.Expect(expiry.SinceVariable is null || expiry.LifetimeS is not null, "expiry", "has a since_variable, which belongs to lifetime_s alone.");
        errors.Expect(expiry.LifetimeS is null or >= 3_600, "expiry", "must have a lifetime_s of an hour or more.");
        if (expiry.Where is { } where)
            PredicateRules.Check(where, errors.At("expiry").At("where"));
    }

    public static void CheckStatuses(IReadOnlyDictionary<string, string> statuses, FieldErrors errors)
    {
        foreach (var (name, status) in statuses)
        {
            CheckName(name, errors.At(name));
            if (!s_statuses.Contains(status))
                errors.At(name).Add($"must be one of {string.Join(", ", s_statuses.Order(StringComparer.Ordinal))}.");
        }
    }

    public static void CheckEnvironment(ProviderDefinition provider, IReadOnlyDictionary<string, VariableDefinition> variables, FieldErrors errors)
    {
        if (provider.EnvironmentBy is not { } choice)
            return;
        if (!variables.TryGetValue(choice.Variable, out var variable) || variable.Secret)
            errors.Add("variable", $"{choice.Variable} must be the main name of a variable that is not secret.");
        else if (variable.Default is null || !choice.Values.Keys.Contains(variable.Default, StringComparer.OrdinalIgnoreCase))
            errors.Add("values", $"must name the default of {choice.Variable}, which needs one.");
        if (provider.BaseUrlBy is { } bases && bases.Variable == choice.Variable)
        {
            errors.Expect(bases.Values.Keys.ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(choice.Values.Keys), "values",
                $"must name the same values of {choice.Variable} as base_url_by.");
        }

        CheckEnvironments(choice.Values.Values, errors.At("values"));
    }

    public static void CheckFindings(IReadOnlyList<FindingDefinition> findings, FieldErrors errors)
    {
        for (var i = 0; i < findings.Count; i++)
        {
            var at = errors.At($"[{i}]");
            CheckName(findings[i].Capability, at.At("capability"));
            CheckStatus(findings[i].Status, findings[i].Source, at);
            PredicateRules.Check(findings[i].When, at.At("when"));
        }
    }

    private static void CheckName(string name, FieldErrors errors)
    {
        if (!s_names.Contains(name))
            errors.Add($"must be one of {string.Join(", ", s_names.Order(StringComparer.Ordinal))}.");
    }

    private static void CheckStatus(string status, string? source, FieldErrors errors)
    {
        errors.Expect(s_statuses.Contains(status), "status", $"must be one of {string.Join(", ", s_statuses.Order(StringComparer.Ordinal))}.");
        errors.Expect(status != "implied" || !string.IsNullOrWhiteSpace(source), "source", "is missing. Name who says that every accepted key has this capability.");
    }

    private static void CheckEnvironments(IEnumerable<string> environments, FieldErrors errors)
    {
        if (environments.Any(environment => !s_environments.Contains(environment)))
            errors.Add($"must be one of {string.Join(", ", s_environments.Order(StringComparer.Ordinal))}.");
    }
}
