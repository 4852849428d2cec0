// What runs on the other side: name, version, AE title, ports, and how much it holds.
import { useQuery } from '@tanstack/react-query';
import { getSystem } from '../api.ts';

export const useSystem = () => useQuery({ queryKey: ['system'], queryFn: ({ signal }) => getSystem(signal) });
