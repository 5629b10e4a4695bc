using System.Text.RegularExpressions;
using ControlPlane.Testing.Postgres;
using Npgsql;

namespace ControlPlane.Silo.Tests.Storage.Postgres;

/// <summary>The two roles of docs/postgresql.md, made with its very statements: the owner has migrated, the other one has been granted what it says.</summary>
internal static class PostgresRights
{
    public const string Owner = "cp_owner";
    public const string Runtime = "cp_runtime";

    public const string RemoveMarks = """
        ALTER TABLE controlplane.store_marks DISABLE TRIGGER store_marks_guard;
        DELETE FROM controlplane.store_marks;
        ALTER TABLE controlplane.store_marks ENABLE TRIGGER store_marks_guard
        """;

    private const string Template = "controlplane";
    private const string Placeholder = "a long random password";
    private static readonly Lazy<Task> s_made = new(MakeAsync);

    /// <summary>A database in which both have their rights.</summary>
    public static async Task<TestDatabase> CreateAsync()
    {
        await s_made.Value;
        return await SharedPostgres.Current.CreateCopyAsync(Template);
    }

    public static string As(this TestDatabase database, string role) => database.Server.ConnectionString(database.Name, role);

    public static async Task RunAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString + ";Pooling=false");

        // A statement ends where the next one begins a line; what is within DO is indented.
        foreach (var statement in Regex.Split(sql, @";\s*(?=\n[A-Z]|$)", RegexOptions.None, TimeSpan.FromSeconds(1)).Where(s => !string.IsNullOrWhiteSpace(s)))
        {
            await using var command = source.CreateCommand(statement);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

    private static async Task MakeAsync()
    {
        var server = await SharedPostgres.Current.ServerAsync();
        await RunAsync(server.ConnectionString("postgres"), Documented("roles").Replace(Placeholder, server.Password, StringComparison.Ordinal));
        var owner = server.ConnectionString(Template, Owner);
        await using (await PostgresStore.OpenAsync(owner))
        {
        }

        await RunAsync(owner, Documented("grants"));
    }

    private static string Documented(string block)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ControlPlane.sln"))) folder = folder.Parent!;
        var text = File.ReadAllText(Path.Combine(folder.FullName, "docs", "postgresql.md"));
        var found = Regex.Match(text, $"```sql\n-- {block}\n(.*?)```", RegexOptions.Singleline);
        return found.Success ? found.Groups[1].Value : throw new InvalidOperationException($"docs/postgresql.md has no block '{block}'.");
    }
}

/// <summary>A store that runs with the documented rights and no more.</summary>
internal sealed class LeastRightsFixture(TestDatabase database) : IStoreFixture
{
    public static async Task<IStoreFixture> CreateAsync()
    {
        var database = await PostgresRights.CreateAsync();

        // What is purged here was written a moment ago.
        await PostgresRights.RunAsync(database.As(PostgresRights.Owner), "UPDATE controlplane.ledger_retention SET days = 0");
        return new LeastRightsFixture(database);
    }

    public async Task<IStoreUnderTest> OpenAsync() => await PostgresStore.OpenAsync(database.As(PostgresRights.Runtime));

    public ValueTask DisposeAsync() => database.DisposeAsync();
}
