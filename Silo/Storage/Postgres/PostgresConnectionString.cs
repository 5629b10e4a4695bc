using ControlPlane.Grains.Secrets;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres;

/// <summary>What a connection string must say, and what of it the program settles itself.</summary>
internal static class PostgresConnectionString
{
    /// <summary>The schema that holds everything.</summary>
    public const string Schema = "controlplane";

    /// <summary>Connections of a silo that stay open when there is nothing to do.</summary>
    private const int KeptOpen = 8;

    private const string Form = "Host=HOST;Port=5432;Database=NAME;Username=NAME;Password=...";

    /// <summary>The rule that the value breaks, or null. Quotes nothing of it.</summary>
    public static string? Error(string value)
    {
        NpgsqlConnectionStringBuilder builder;
        try
        {
            builder = new(value);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or InvalidCastException or KeyNotFoundException)
        {
            return $"must have the form {Form}.";
        }

        if (string.IsNullOrWhiteSpace(builder.Host)) return $"must name a host, in the form {Form}.";
        if (builder.Host.Contains(',', StringComparison.Ordinal)) return "must name one host: which of several is the primary is not ours to guess.";
        if (string.IsNullOrWhiteSpace(builder.Database)) return $"must name a database, in the form {Form}.";
        if (!string.IsNullOrEmpty(builder.Password) && !SecretLength.IsRecognised(builder.Password)) return $"has a password that {SecretLength.Rule}. Give the database's role a longer one.";
        return string.IsNullOrWhiteSpace(builder.Username) ? $"must name a user, in the form {Form}." : null;
    }

    public static NpgsqlDataSource DataSource(PostgresStoreOptions options)
    {
        var given = new NpgsqlConnectionStringBuilder(options.ConnectionString);

        // Metrics name the pool; without a name of its own they would show host and user.
        var builder = new NpgsqlDataSourceBuilder(options.ConnectionString) { Name = "control-plane" };
        var settled = builder.ConnectionStringBuilder;
        var answer = (int)Math.Ceiling(options.AnswerLimit.TotalSeconds);

        // Set after connecting: a pooler refuses it as a startup parameter, or ignores it.
        settled.SearchPath = null;
        settled.Timezone = "UTC";
        settled.Timeout = answer;
        settled.CommandTimeout = answer;
        settled.CancellationTimeout = -1;
        settled.Enlist = false;
        settled.IncludeErrorDetail = false;
        settled.PersistSecurityInfo = false;
        settled.MaxAutoPrepare = 200;
        settled.AutoPrepareMinUsages = 2;

        // No statement of ours leaves state behind in a session, and a transaction is ended before its connection goes back.
        settled.NoResetOnClose = true;
        if (!given.ShouldSerialize("Maximum Pool Size")) settled.MaxPoolSize = options.PoolSize;

        // When a silo dies the others open its grains' rows all at once: signing in then would cost more than the reading.
        if (settled.MaxPoolSize >= KeptOpen * 2 && !given.ShouldSerialize("Minimum Pool Size")) settled.MinPoolSize = KeptOpen;
        if (!given.ShouldSerialize("Application Name")) settled.ApplicationName = "control-plane";

        var limits = FormattableString.Invariant(
            $"SET search_path = {Schema}; SET statement_timeout = {options.StatementLimit.TotalMilliseconds:0}; SET lock_timeout = {options.LockLimit.TotalMilliseconds:0}; SET idle_in_transaction_session_timeout = 10000");
        builder.UsePhysicalConnectionInitializer(
            connection =>
            {
                using var command = new NpgsqlCommand(limits, connection);
                command.ExecuteNonQuery();
            },
            async connection =>
            {
                await using var command = new NpgsqlCommand(limits, connection);
                await command.ExecuteNonQueryAsync();
            });
        return builder.Build();
    }

    /// <summary>A connection beside the pool, to see whether the server takes one.</summary>
    public static NpgsqlConnection Visitor(PostgresStoreOptions options) => new(new NpgsqlConnectionStringBuilder(options.ConnectionString)
    {
        Pooling = false, Enlist = false, PersistSecurityInfo = false, Timeout = (int)Math.Ceiling(options.KnockLimit.TotalSeconds),
    }.ConnectionString);

    /// <summary>Host, port and database, for a person: no user, no secret.</summary>
    public static string Place(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        return $"{builder.Host}:{builder.Port}/{builder.Database}";
    }
}
