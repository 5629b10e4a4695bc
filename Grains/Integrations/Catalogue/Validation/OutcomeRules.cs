namespace ControlPlane.Grains.Integrations.Catalogue.Validation;

internal static class OutcomeRules
{
    public static IReadOnlyList<string> Verdicts { get; } = ["valid", "valid_limited", "valid_billing", "invalid", "wrong_environment", "locked", "inconclusive"];

    public static void Check(IReadOnlyList<OutcomeRule> rules, FieldErrors errors)
    {
        if (rules.Count == 0)
            errors.Add("outcomes", "must not be empty. Add a rule for a good key and one for a bad key.");
        else
            errors.Expect(rules.Any(rule => rule.Verdict == "valid"), "outcomes", "must have at least one rule with the verdict valid, or nothing is ever verified.");

        CheckEach(rules, errors);
    }

    public static void CheckEach(IReadOnlyList<OutcomeRule> rules, FieldErrors errors)
    {
        for (var i = 0; i < rules.Count; i++)
            Check(rules[i], errors.At("outcomes", i));
    }

    private static void Check(OutcomeRule rule, FieldErrors errors)
    {
        for (var i = 0; i < rule.Status.Count; i++)
        {
            if (rule.Status[i] is < 200 or > 599)
                errors.At("status", i).Add("must be an HTTP status from 200 to 599.");
        }

        errors.Expect(rule.Status.Count > 0 || rule.When is not null, "status", "and when are both absent, so that the rule would match anything. Add one of them.");
        errors.Expect(Verdicts.Contains(rule.Verdict), "verdict", $"must be one of {string.Join(", ", Verdicts)}.");
        if (rule.Verdict == "valid")
            errors.Expect(rule.Code is null, "code", "must be absent with the verdict valid. Remove it.");
        else if (rule.Code is null)
            errors.Add("code", "is missing. Name what is wrong in snake_case, for example key_rejected.");
        else
            errors.Expect(NamePatterns.IsCode(rule.Code), "code", "must be lower-case letters, digits and underscores and start with a letter.");

        errors.Expect(rule.Message is null || !string.IsNullOrWhiteSpace(rule.Message), "message", "must not be blank. Write it or leave it out.");
        errors.Expect(rule.Fix is null || !string.IsNullOrWhiteSpace(rule.Fix), "fix", "must not be blank. Write it or leave it out.");
        errors.Expect(rule.RetryAfterS is null or (>= 1 and <= 86_400), "retry_after_s", "must be 1 to 86400 seconds.");
        CapabilityRules.CheckStatuses(rule.Capabilities, errors.At("capabilities"));
        if (rule.When is not null)
            PredicateRules.Check(rule.When, errors.At("when"));
    }
}
