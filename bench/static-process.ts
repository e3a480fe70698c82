import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';

/** Apollo Server as its own guide starts it, with one field that is a constant: the least that GraphQL over HTTP costs there. */
const apollo = new ApolloServer({
  typeDefs: 'type Query { hello: String! }',
  resolvers: { Query: { hello: () => 'world' } },
});
const { url } = await startStandaloneServer(apollo, { listen: { host: '127.0.0.1', port: 0 } });
process.once('disconnect', () => process.exit(0));
process.send?.({ type: 'ready', url, engine: null });
